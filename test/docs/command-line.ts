import type { Command } from 'commander';
import { createProgram } from '../../bin/program.ts';

/** A command line as commander understood it. */
export interface Parsed {
  readonly name: string;
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** Parses a command line of flashcrowd and carries nothing out. Rejects with commander's error when it is wrong. */
export async function parseCommandLine(words: readonly string[]): Promise<Parsed> {
  const program = createProgram();
  let parsed: Parsed | undefined;
  for (const command of program.commands) {
    command.action((...received: unknown[]) => {
      const { args } = received.at(-1) as Command;
      parsed = { name: command.name(), args, options: command.opts() };
    });
  }
  await program.parseAsync(['node', 'flashcrowd', ...words]);
  if (parsed === undefined) throw new Error(`no command in: ${words.join(' ')}`);
  return parsed;
}

/** The request that a `curl` command makes. */
export function curlRequest(words: readonly string[]): { url: URL; init: RequestInit } {
  const headers: [string, string][] = [];
  let method = 'GET';
  let body: string | undefined;
  let url: URL | undefined;
  for (let i = 1; i < words.length; i++) {
    if (words[i] === '-X') method = words[++i];
    else if (words[i] === '-H') headers.push(words[++i].split(': ', 2) as [string, string]);
    else if (words[i] === '-d') body = words[++i];
    else url = new URL(words[i]);
  }
  if (url === undefined) throw new Error(`no address in: ${words.join(' ')}`);
  return { url, init: { method, headers, body } };
}
