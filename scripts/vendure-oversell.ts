/**
 * The proof of docs/vendure-oversell.md: the same drop in front of Vendure as it is, and of Vendure with a row lock, both on PostgreSQL.
 * Plays both with `flashcrowd run`, and writes the page and the picture of the report. Ends with 1 when it proves nothing: then what
 * happened is said, and the page stays as it was. Takes about six minutes.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../sim/errors.ts';
import type { RunResult } from '../sim/result.ts';
import { needService } from '../test/need.ts';
import { TestPostgres } from '../test/services/postgres.ts';
import { needVendure, TestVendure } from '../test/services/vendure.ts';
import { oversellPage, type Proof } from './vendure-oversell/page.ts';
import { photograph } from './vendure-oversell/photograph.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = join(ROOT, 'docs/vendure-oversell.md');
const PICTURE = 'img/vendure-oversell.png';
const SERUM = { id: 'serum', title: 'Glow serum, 50 ml', priceMinor: 1990, stock: 0 };

// Whoever asks for the proof wants to hear what is missing, and not to have it left out.
process.env.CI = 'true';
needVendure();
const postgres = needService('postgres');
const folder = mkdtempSync(join(tmpdir(), 'flashcrowd-proof-'));
try {
  const proof: Proof = { asItIs: await play(false), withLock: await play(true) };
  const holds =
    proof.asItIs.verdict.exitCode === EXIT.invariantViolated && proof.withLock.verdict.exitCode === EXIT.passed;
  if (holds) {
    await photograph(join(folder, 'as-it-is/report.html'), join(ROOT, 'docs', PICTURE));
    writeFileSync(PAGE, oversellPage(proof, PICTURE));
    process.stdout.write(`Written: ${PAGE}\n`);
  } else {
    process.stderr.write(
      `This proves nothing:\n${JSON.stringify([proof.asItIs.verdict, proof.withLock.verdict], null, 2)}\n`,
    );
    process.exitCode = EXIT.internal;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** One run, against a shop and a database of its own. */
async function play(lock: boolean): Promise<RunResult> {
  const out = join(folder, lock ? 'with-lock' : 'as-it-is');
  const database = await TestPostgres.start(postgres);
  try {
    const vendure = await TestVendure.start({ products: [SERUM], database: database.url, lock });
    try {
      await run(out, { VENDURE_URL: vendure.url, VENDURE_PASSWORD: vendure.admin.password });
    } finally {
      await vendure.stop();
    }
  } finally {
    await database.remove();
  }
  return JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as RunResult;
}

async function run(out: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const command = ['run', 'test/vendure/oversell.yaml', '--target', 'test/vendure/target.yaml', '--out', out];
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, ['bin/flashcrowd.js', ...command], { cwd: ROOT, stdio: 'inherit', env });
  await once(child, 'exit');
}
