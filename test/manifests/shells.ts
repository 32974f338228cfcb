/** Command lines as Kubernetes, GitHub and a shell read them, with a program in place of flashcrowd that writes down its words. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** As Kubernetes expands `command`: `$(NAME)` of the container's environment, `$$` for a dollar, all else as it is. */
export function expandedWord(word: string, env: Readonly<Record<string, string>>): string {
  return word.replaceAll(/\$\$|\$\(([^)]*)\)/g, (all, name: string | undefined) =>
    name === undefined ? '$' : (env[name] ?? all),
  );
}

/** As GitHub replaces expressions: texts in quotes, and names that are known. */
export function expandedText(text: string, known: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{\{ (?:'((?:[^']|'')*)'|([\w.]+)) \}\}/g, (all, quoted?: string, name?: string) => {
    if (quoted !== undefined) return quoted.replaceAll("''", "'");
    if (name === undefined || !(name in known)) throw new Error(`${all} is not known`);
    return known[name];
  });
}

export interface Played {
  readonly code: number | null;
  /** What the program was given; none when it was not started. */
  readonly words: readonly string[];
}

export class FakeMachine {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'flashcrowd-shells-'));
  private readonly log = path.join(this.dir, 'words');

  /** @param body what the program does, in sh; its words are noted before */
  constructor(body: string, name = 'flashcrowd') {
    const bin = path.join(this.dir, 'bin');
    mkdirSync(bin);
    const program = `#!/bin/sh\nprintf '%s\\0' "$@" > '${this.log}'\n${body}\n`;
    writeFileSync(path.join(bin, name), program, { mode: 0o755 });
  }

  /** Runs a command line to its end, in the folder of this machine. */
  play([program, ...words]: readonly string[], env: Readonly<Record<string, string>>): Played {
    const around = { ...env, PATH: `${path.join(this.dir, 'bin')}:${process.env.PATH}` };
    const { status } = spawnSync(program, words, { cwd: this.dir, env: around, timeout: 20_000 });
    const noted = existsSync(this.log) ? readFileSync(this.log, 'utf8') : '';
    return { code: status, words: noted.split('\0').slice(0, -1) };
  }
}
