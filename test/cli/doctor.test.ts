import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatChecks } from '../../bin/doctor.ts';
import { checkCapacity } from '../../bin/doctor/capacity.ts';
import { checkFiles } from '../../bin/doctor/files.ts';
import { checkNode } from '../../bin/doctor/node.ts';
import { checkLoopback, checkPorts, parsePortUse } from '../../bin/doctor/ports.ts';
import { checkChromium, checkK6, findProgram } from '../../bin/doctor/programs.ts';
import { parseFileLimits } from '../../sim/run/file-limits.ts';

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max core file size        0                    unlimited            bytes
Max open files            1024                 1048576              files
`;

describe('Node', () => {
  it.each([
    ['20.19.0', 'ok'],
    ['22.0.0', 'ok'],
    ['20.18.9', 'fail'],
    ['18.20.4', 'fail'],
  ])('%s: %s', (version, status) => {
    expect(checkNode(version).status).toBe(status);
  });
});

describe('file descriptors', () => {
  it('are read from /proc', () => {
    expect(parseFileLimits(LIMITS)).toEqual({ soft: 1024, hard: 1_048_576 });
    expect(parseFileLimits('Max open files  unlimited  unlimited  files')).toEqual({ soft: Infinity, hard: Infinity });
    expect(parseFileLimits('nothing of the kind')).toBeNull();
  });

  it('limit the viewers of a process', () => {
    expect(checkFiles({ soft: 1024, hard: 1024 })).toMatchObject({
      status: 'warn',
      meaning: expect.stringContaining('768 viewers'),
    });
    expect(checkFiles({ soft: 1024, hard: 1024 }).remedy).toContain('ulimit -n');
    expect(checkFiles({ soft: 65_536, hard: 65_536 })).toMatchObject({ status: 'ok', remedy: null });
    expect(checkFiles({ soft: 256, hard: 256 }).status).toBe('fail');
    expect(checkFiles(null).status).toBe('warn');
  });
});

describe('ports', () => {
  // 8000 hex is 32768; the second socket is outside of the range, the third shares a port with the first.
  const SOCKETS = `  sl  local_address rem_address   st
   0: 0100007F:8000 00000000:0000 0A
   1: 0100007F:1F90 0100007F:8000 01
   2: 0200007F:8000 0100007F:1F90 01
`;

  it('are counted once each, within the range only', () => {
    expect(parsePortUse('32768\t60999\n', SOCKETS)).toEqual({ first: 32_768, last: 60_999, taken: 1 });
  });

  it('warn when few are left', () => {
    expect(checkPorts({ first: 32_768, last: 60_999, taken: 232 })).toMatchObject({
      status: 'ok',
      found: expect.stringContaining('28,000 free'),
    });
    expect(checkPorts({ first: 40_000, last: 42_000, taken: 0 })).toMatchObject({
      status: 'warn',
      remedy: expect.stringContaining('ip_local_port_range'),
    });
  });

  it('can be bound on the loopback address', async () => {
    expect(await checkLoopback()).toMatchObject({ status: 'ok' });
  });
});

describe('capacity', () => {
  const GIB = 1024 ** 3;

  it('leaves a core to the stub', () => {
    expect(checkCapacity({ cores: 4, freeBytes: 8 * GIB })).toMatchObject({
      status: 'ok',
      meaning: expect.stringMatching(/^roughly 6,000 to 15,000 viewers with 3 workers/),
    });
  });

  it('warns of one core and of little memory', () => {
    expect(checkCapacity({ cores: 1, freeBytes: 8 * GIB })).toMatchObject({
      status: 'warn',
      remedy: expect.stringContaining('one core'),
    });
    expect(checkCapacity({ cores: 4, freeBytes: GIB / 2 })).toMatchObject({
      status: 'warn',
      remedy: expect.stringContaining('memory'),
    });
  });
});

describe('programs', () => {
  async function folderWith(script: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'flashcrowd-doctor-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'chromium'), script);
    await chmod(join(folder, 'chromium'), 0o755);
    return folder;
  }

  it('are found on the PATH when they can be executed', async () => {
    const folder = await folderWith('#!/bin/sh\necho "Chromium 1.2.3"\n');
    expect(findProgram('chromium', `/nonexistent:${folder}`)).toBe(join(folder, 'chromium'));
    expect(checkChromium(join(folder, 'chromium'))).toMatchObject({
      status: 'ok',
      found: expect.stringContaining('Chromium 1.2.3'),
    });
    await chmod(join(folder, 'chromium'), 0o644);
    expect(findProgram('chromium', folder)).toBeNull();
  });

  it('that fail are named, not thrown', async () => {
    const folder = await folderWith('#!/bin/sh\nexit 3\n');
    expect(checkChromium(join(folder, 'chromium'))).toMatchObject({
      status: 'warn',
      found: expect.stringContaining('does not run'),
    });
  });

  it('that are missing only limit what can be done', () => {
    expect(checkK6(null)).toMatchObject({ status: 'warn', remedy: expect.stringContaining('npm run tools:k6') });
    expect(checkChromium(null)).toMatchObject({ status: 'warn' });
  });
});

describe('formatChecks', () => {
  const ok = { id: 'a', status: 'ok', found: 'found a', meaning: 'means a', remedy: null } as const;

  it('shows what was found, what it means, what to do, and sums up', () => {
    const warn = { ...ok, status: 'warn', found: 'found b', remedy: 'do b' } as const;
    expect(formatChecks([ok, warn])).toBe(
      'ok    found a\n      means a\nwarn  found b\n      means a\n      -> do b\n\nReady to run, with 1 limitation.\n',
    );
    expect(formatChecks([ok])).toContain('Ready to run.');
    expect(formatChecks([{ ...ok, status: 'fail' }, ok])).toContain('1 of 2 checks would stop a run.');
  });
});
