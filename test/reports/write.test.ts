import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeResults } from '../../reports/write.ts';
import { FlashcrowdError } from '../../sim/errors.ts';
import { sampleResult } from '../fixtures/sample-result.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flashcrowd-write-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('writes both files into a new folder and leaves nothing else', async () => {
  const dir = join(folder, 'new', 'run');
  const { json, html } = await writeResults(dir, sampleResult());
  expect(JSON.parse(await readFile(json, 'utf8'))).toEqual(sampleResult());
  expect(await readFile(html, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\s*$/);
  expect((await readdir(dir)).sort()).toEqual(['report.html', 'result.json']);
});

it('replaces the files of an earlier run', async () => {
  await writeResults(folder, sampleResult());
  await writeResults(folder, sampleResult({ notes: ['second'] }));
  expect(JSON.parse(await readFile(join(folder, 'result.json'), 'utf8')).notes).toEqual(['second']);
  expect(await readdir(folder)).toHaveLength(2);
});

it('says OUTPUT_NOT_WRITABLE when a file stands where the folder should be', async () => {
  const taken = join(folder, 'taken');
  await writeFile(taken, '');
  const error = await writeResults(taken, sampleResult()).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(FlashcrowdError);
  expect(error).toMatchObject({ code: 'OUTPUT_NOT_WRITABLE', exitCode: 104 });
  expect((error as Error).message).toContain(taken);
});

it('leaves no temporary file behind when it cannot put one in place', async () => {
  await writeResults(join(folder, 'result.json'), sampleResult());
  await expect(writeResults(folder, sampleResult())).rejects.toThrow(/cannot be written/);
  expect(await readdir(folder)).toEqual(['result.json']);
});
