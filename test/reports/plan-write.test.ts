import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writePlan } from '../../reports/write.ts';
import { fullPlan, samplePlan } from '../fixtures/sample-plan.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flashcrowd-write-plan-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('writes plan.json and report.html into a new folder and leaves nothing else', async () => {
  const dir = join(folder, 'new', 'plan');
  const { json, html } = await writePlan(dir, fullPlan());
  expect(JSON.parse(await readFile(json, 'utf8'))).toEqual(fullPlan());
  expect(await readFile(html, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\s*$/);
  expect((await readdir(dir)).sort()).toEqual(['plan.json', 'report.html']);
});

it('says OUTPUT_NOT_WRITABLE when a file stands where the folder should be', async () => {
  const taken = join(folder, 'taken');
  await writeFile(taken, '');
  await expect(writePlan(taken, samplePlan())).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE', exitCode: 104 });
});
