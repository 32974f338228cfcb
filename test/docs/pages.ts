/** What is on the pages of the documentation: blocks of code, commands, links. */

import { readdirSync } from 'node:fs';
import { readText, ROOT } from '../tidy/files.ts';

/** A fenced block. */
export interface Block {
  /** 1-based, of the opening fence. */
  readonly line: number;
  readonly language: string;
  /** What follows the language: the name of a file, or `mistake`. */
  readonly label: string;
  readonly text: string;
}

/** README.md and the pages of docs/, from the root of the repository. */
export function pages(): string[] {
  const docs = readdirSync(`${ROOT}docs`).filter((file) => file.endsWith('.md'));
  return ['README.md', ...docs.toSorted().map((file) => `docs/${file}`)];
}

export function blocksOf(page: string): Block[] {
  const source = readText(page);
  return [...source.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    line: source.slice(0, match.index).split('\n').length,
    language: match[1],
    label: match[2],
    text: match[3],
  }));
}

/** Targets of links: `other.md`, `#section`, `other.md#section`, addresses. */
export function linksOf(page: string): string[] {
  const prose = readText(page).replaceAll(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]);
}

/** Anchors of the headings of a page, as GitHub makes them. */
export function anchorsOf(page: string): string[] {
  return [...readText(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The commands of a shell block, as words; what stands after a pipe, `&&` or `;` is a command of its own. */
export function commandsOf(text: string): string[][] {
  const commands: string[][] = [[]];
  const pattern = /\\\n|(#[^\n]*)|(\n|&&|\|\|?|;)|((?:'[^']*'|"[^"]*"|\\.|[^\s'"\\|;&#])+)|[^\S\n]+/g;
  for (const [, comment, separator, word] of text.matchAll(pattern)) {
    if (comment !== undefined) continue;
    if (separator !== undefined) commands.push([]);
    else if (word !== undefined) commands.at(-1)!.push(unquote(word));
  }
  return commands.map(withoutSurroundings).filter((words) => words.length > 0);
}

function unquote(word: string): string {
  return word.replaceAll(/'([^']*)'|"([^"]*)"|\\(.)/g, (_, single, double, escaped) => single ?? double ?? escaped);
}

/** Without variables set before the command, and without `npx`. */
function withoutSurroundings(words: readonly string[]): string[] {
  const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word) && word !== 'npx');
  return first < 0 ? [] : words.slice(first);
}
