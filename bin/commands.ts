import type { Command } from 'commander';
import { doctorCommand } from './doctor.ts';

/** Every command, in the order of the help. One file a command; each call makes a fresh one. */
export const COMMANDS: readonly (() => Command)[] = [doctorCommand];
