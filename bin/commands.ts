import type { Command } from 'commander';
import { auditCommand } from './audit.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain.ts';
import { initCommand } from './init.ts';
import { k6Command } from './k6.ts';
import { manifestsCommand } from './manifests.ts';
import { mergeCommand } from './merge.ts';
import { planCommand } from './plan.ts';
import { runCommand } from './run.ts';
import { scenariosCommand } from './scenarios.ts';
import { serveCommand } from './serve.ts';
import { targetCommand } from './target.ts';
import { validateCommand } from './validate.ts';

/** Every command, in the order of the help. One file a command; each call makes a fresh one. */
export const COMMANDS: readonly (() => Command)[] = [
  runCommand,
  mergeCommand,
  planCommand,
  auditCommand,
  targetCommand,
  serveCommand,
  k6Command,
  manifestsCommand,
  validateCommand,
  explainCommand,
  scenariosCommand,
  initCommand,
  doctorCommand,
];
