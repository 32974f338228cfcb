import { Option, type Command } from 'commander';

/** What says which backend is meant, and that it may be loaded. */
export interface TargetOptions {
  /** None: what the scenario says, else the bundled shop. */
  readonly target: readonly string[];
  readonly adminToken?: string;
  /** Hosts. */
  readonly iOwnThisTarget: readonly string[];
  readonly insecure?: boolean;
  /** A file of certificates. */
  readonly ca?: string;
}

/** What `run` and `target check` have in common. */
export function addTargetOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--admin-token <token>', 'secret of the admin API of a bundled shop').env('FLASHCROWD_ADMIN_TOKEN'),
    )
    .option(
      '--i-own-this-target <host>',
      'this host may be load-tested, though it is not on this machine or in a private network; may be given again',
      collect,
      [],
    )
    .option('--ca <file>', 'certificates (PEM) to trust besides those that Node brings')
    .option('--insecure', 'trust any certificate; only on this machine and in private networks');
}

/** Collects an option that may be given many times. */
export function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}
