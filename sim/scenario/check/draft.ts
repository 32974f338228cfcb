/** What checks look at: the document as written, and as much of it as the schema could read. */

import type { z } from 'zod';
import type { Finding } from '../finding.ts';
import { isRecord, ownValue } from '../schema/walk.ts';
import type { Salvaged } from '../schema/walk.ts';
import type { scenarioSchema } from '../schema/scenario.ts';

export interface Draft {
  readonly raw: unknown;
  readonly read: Salvaged<z.output<typeof scenarioSchema>>;
}

/** A topic of checks. They see broken drafts too: everything may be missing. */
export type Check = (draft: Draft) => Iterable<Finding>;

/** The persona that compiling makes of `bots`, as tags and results name it. */
export const BOT = 'bot';

/** Keys under a section as written, also of entries that could not be read; undefined when there is no such section. */
export function writtenKeys(raw: unknown, section: 'rooms' | 'personas' | 'products'): string[] | undefined {
  const written = ownValue(raw, section);
  if (isRecord(written)) return Object.keys(written);
  if (written !== undefined) return undefined;
  return section === 'rooms' ? ['main'] : [];
}

/** Entries of a section as written. */
export function writtenEntries(
  raw: unknown,
  section: 'audience' | 'show',
): (readonly [string | number, Record<string, unknown>])[] {
  const written = ownValue(raw, section);
  const entries: (readonly [string | number, unknown])[] = Array.isArray(written)
    ? written.map((value, i) => [i, value] as const)
    : Object.entries(isRecord(written) ? written : {});
  return entries.filter((entry): entry is readonly [string | number, Record<string, unknown>] => isRecord(entry[1]));
}

/** Entries that could be read. */
export function readEntries<T>(section: Readonly<Record<string, T | undefined>> | undefined): [string, T][] {
  return Object.entries(section ?? {}).filter((entry): entry is [string, T] => entry[1] !== undefined);
}
