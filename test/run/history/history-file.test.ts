import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { COORDINATOR } from '../../../sim/ledger/events.ts';
import { HistoryFile, historyFileName, WHOLE_FILE } from '../../../sim/run/history/history-file.ts';

const SETTINGS = { runId: 'r1', shards: 2, fromMs: 1000 };

function folder(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'flashcrowd-history-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

function linesOf(dir: string, shard: number): Record<string, unknown>[] {
  const text = readFileSync(path.join(dir, historyFileName(shard)), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a history file', () => {
  it('begins with what it is and ends with a line that says that it is whole', () => {
    const dir = folder();
    const file = new HistoryFile({ ...SETTINGS, folder: dir, shard: 1 });
    file.write({ e: 'chat', at: 1001.5, v: 'a', ref: 1 });
    file.close(2000);
    expect(linesOf(dir, 1)).toEqual([
      { e: 'begin', format: 'flashcrowd/history', version: 1, runId: 'r1', shard: 1, shards: 2, fromMs: 1000 },
      { e: 'chat', at: 1001.5, v: 'a', ref: 1 },
      { e: 'end', at: 2000 },
    ]);
    expect(file.lost).toBe(0);
  });

  it('has on disk what was said a moment ago, without being closed', async () => {
    const dir = folder();
    const file = new HistoryFile({ ...SETTINGS, folder: dir, shard: 0 });
    onTestFinished(() => file.close(0));
    file.write({ e: 'chat', at: 1, v: 'a', ref: 1 });
    while (linesOf(dir, 0).length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(linesOf(dir, 0)[1]).toMatchObject({ v: 'a' });
  });

  it('does not wait with a great deal', () => {
    const dir = folder();
    const file = new HistoryFile({ ...SETTINGS, folder: dir, shard: 0 });
    onTestFinished(() => file.close(0));
    for (let i = 0; i < 5000; i++) file.write({ e: 'chat', at: i, v: 'somebody', ref: i });
    expect(readFileSync(path.join(dir, historyFileName(0)), 'utf8').length).toBeGreaterThan(100_000);
  });

  it('goes on without a disk that is full, and counts what is lost', () => {
    const dir = folder();
    symlinkSync('/dev/full', path.join(dir, historyFileName(COORDINATOR)));
    const file = new HistoryFile({ ...SETTINGS, folder: dir, shard: COORDINATOR });
    for (let i = 0; i < 3; i++) file.write({ e: 'chat', at: i, v: 'a', ref: i });
    file.close(5);
    expect(file.lost).toBe(4);
  });

  it('of a coordinator says beside it that all is on the disk, while it is, and until it ends', () => {
    const dir = folder();
    const isWhole = (): boolean => existsSync(path.join(dir, WHOLE_FILE));
    const worker = new HistoryFile({ ...SETTINGS, folder: dir, shard: 0 });
    expect(isWhole()).toBe(false);
    worker.close(5);
    const file = new HistoryFile({ ...SETTINGS, folder: dir, shard: COORDINATOR });
    file.write({ e: 'go', epochOffsetMs: 5 });
    file.flush();
    expect(isWhole()).toBe(true);
    file.close(5);
    expect(isWhole()).toBe(false);
    rmSync(path.join(dir, historyFileName(COORDINATOR)));
    symlinkSync('/dev/full', path.join(dir, historyFileName(COORDINATOR)));
    const full = new HistoryFile({ ...SETTINGS, folder: dir, shard: COORDINATOR });
    expect(isWhole()).toBe(false);
    full.close(5);
  });

  it('goes on when it cannot be opened', () => {
    const file = new HistoryFile({ ...SETTINGS, folder: path.join(folder(), 'missing'), shard: 0 });
    file.write({ e: 'chat', at: 1, v: 'a', ref: 1 });
    file.close(5);
    expect(file.lost).toBe(2);
  });
});
