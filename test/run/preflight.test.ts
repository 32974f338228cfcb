import { describe, expect, it } from 'vitest';
import { FlashcrowdError } from '../../sim/errors.ts';
import { checkFiles, checkPorts, connectionsOf, filesNeeded, type Limits } from '../../sim/run/preflight.ts';
import { compiled } from '../crowd/help.ts';

/** 8,000 viewers from the second minute on: 50 a second who stay for 160 s. Nobody in the first minute. */
const scenario = (scale = 1) =>
  compiled(
    {
      name: 'full',
      duration: '10m',
      personas: { guest: { dwell: '160s' } },
      audience: { feed: { kind: 'steady', from: '1m', rate: '50/s' } },
    },
    { scale },
  );
const FULL = scenario();
const FROM_MS = 400_000;
const FOR_MS = 10_000;

function refusal(workers: number, stubProcesses: number, limit: number): FlashcrowdError {
  try {
    checkFiles(FULL, FROM_MS, FOR_MS, workers, stubProcesses, limit);
  } catch (error) {
    if (error instanceof FlashcrowdError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const remediesOf = (error: FlashcrowdError): string => error.problems[0].hint ?? '';
const figure = (text: string, option: RegExp): number => Number(option.exec(text)?.[1]);

describe('the files that a run needs', () => {
  it('are those of its window, with room to spare', () => {
    const needed = filesNeeded(FULL, FROM_MS, FOR_MS, 1);
    expect(needed).toBeGreaterThan(8000 * 1.2);
    expect(needed).toBeLessThan(8000 * 1.4);
    expect(filesNeeded(FULL, 0, FOR_MS, 1)).toBeLessThan(500);
  });

  it('are shared by the workers', () => {
    const fixed = filesNeeded(FULL, 0, FOR_MS, 1);
    const ofOne = filesNeeded(FULL, FROM_MS, FOR_MS, 1) - fixed;
    expect(filesNeeded(FULL, FROM_MS, FOR_MS, 4) - fixed).toBe(Math.ceil(ofOne / 4));
  });
});

describe('the check of the limit', () => {
  it('lets a run pass at exactly what it needs', () => {
    const needed = filesNeeded(FULL, FROM_MS, FOR_MS, 2);
    checkFiles(FULL, FROM_MS, FOR_MS, 2, 0, needed);
    expect(() => checkFiles(FULL, FROM_MS, FOR_MS, 2, 0, needed - 1)).toThrow(FlashcrowdError);
    checkFiles(FULL, FROM_MS, FOR_MS, 2, 0, Infinity);
  });

  it('refuses with both figures and remedies that work', () => {
    const error = refusal(2, 0, 4096);
    expect(error).toMatchObject({ code: 'TOO_FEW_FILES', exitCode: 104 });
    expect(error.message).toContain('Each of 2 workers');
    expect(error.message).toContain('4096');
    const remedies = remediesOf(error);
    const limit = figure(remedies, /ulimit -n (\d+)/);
    checkFiles(FULL, FROM_MS, FOR_MS, 2, 0, limit);
    const workers = figure(remedies, /--workers (\d+)/);
    checkFiles(FULL, FROM_MS, FOR_MS, workers, 0, 4096);
    const scale = figure(remedies, /--scale ([\d.]+)/);
    checkFiles(scenario(scale), FROM_MS, FOR_MS, 2, 0, 4096);
  });

  it('knows that an embedded stub holds all viewers, so more workers are no remedy', () => {
    const error = refusal(8, 1, 4096);
    expect(error.message).toContain('The embedded stub');
    expect(remediesOf(error)).not.toContain('--workers');
    expect(remediesOf(error)).toContain('--scale');
    checkFiles(FULL, FROM_MS, FOR_MS, 8, 0, 4096);
  });

  it('lets several processes of an embedded stub share the viewers', () => {
    const limit = filesNeeded(FULL, FROM_MS, FOR_MS, 2) + 500;
    const error = refusal(2, 1, limit);
    expect(error.message).toContain('The embedded stub');
    const processes = figure(remediesOf(error), /--stub-processes (\d+)/);
    expect(processes).toBeGreaterThan(1);
    checkFiles(FULL, FROM_MS, FOR_MS, 2, processes, limit);
    expect(refusal(2, 2, 1000).message).toContain('Each of 2 workers');
  });

  it('names no remedy that cannot work when the limit is too low for anything', () => {
    const remedies = remediesOf(refusal(1, 0, 300));
    expect(remedies).toMatch(/ulimit -n \d+/);
    expect(remedies).not.toContain('--scale');
    expect(remedies).not.toContain('--workers');
  });
});

interface Setting {
  readonly workers?: number;
  readonly fromMs?: number;
  readonly stubProcesses?: number;
  readonly baseUrl?: string;
  readonly localAddresses?: readonly string[];
  readonly scale?: number;
}

const runOf = ({
  workers = 1,
  fromMs = FROM_MS,
  stubProcesses = 0,
  baseUrl = 'http://shop.example',
  localAddresses = [],
  scale: factor = 1,
}: Setting) => ({
  compiled: factor === 1 ? FULL : scenario(factor),
  fromMs,
  forMs: FOR_MS,
  workers,
  stubProcesses,
  origins: [baseUrl],
  localAddresses,
});
const limits = (some: Partial<Limits>): Limits => ({ files: Infinity, ports: Infinity, ...some });

/** Viewers that the window may have: what is needed beyond the needs of a window without any. */
const viewers = filesNeeded(FULL, FROM_MS, FOR_MS, 1) - filesNeeded(FULL, 0, FOR_MS, 1);

describe('the connections for shopping', () => {
  const of = (setting: Setting, some: Partial<Limits>): number =>
    connectionsOf(runOf(setting), limits(some)).shopConnections;

  it('are one for each viewer where files and ports are no matter', () => {
    expect(of({}, {})).toBe(viewers);
    expect(of({ workers: 4 }, {})).toBe(Math.ceil(viewers / 4));
  });

  it.each([1, 2, 7])('leave room for the viewers, all workers of an embedded stub together (%i)', (workers) => {
    const files = Math.ceil(viewers * 1.5) + 200;
    const connections = of({ workers, stubProcesses: 1 }, { files });
    expect(connections).toBeLessThan(viewers / workers);
    expect(connections * workers + viewers + 200).toBeLessThanOrEqual(files + 1);
    // No file is kept that could serve.
    expect((connections + 1) * workers + viewers + 200).toBeGreaterThan(files - 1);
  });

  it.each([1, 2, 7])('leave room for the viewers of each worker where the target runs elsewhere (%i)', (workers) => {
    const held = Math.ceil(viewers / workers);
    const files = Math.ceil(held * 1.5) + 200;
    const connections = of({ workers }, { files });
    expect(connections).toBeLessThan(held);
    expect(connections + held + 200).toBeLessThanOrEqual(files + 1);
    expect(connections + 1 + held + 200).toBeGreaterThan(files - 1);
  });

  it.each([1, 3])('leave ports for the viewers of all workers (%i)', (workers) => {
    const localAddresses = ['10.0.0.1', '10.0.0.2'];
    const ports = Math.ceil(viewers * 0.7);
    const connections = of({ workers, localAddresses }, { ports });
    expect(connections).toBeLessThan(viewers / workers);
    expect(connections * workers + viewers).toBeLessThanOrEqual(2 * ports);
    expect((connections + 1) * workers + viewers).toBeGreaterThan(2 * ports - 1);
  });

  it('are some however few the files, the ports, the viewers, or all', () => {
    expect(of({}, { files: 1024 })).toBe(128);
    expect(of({}, { ports: 1000 })).toBe(128);
    expect(of({ fromMs: 0 }, {})).toBe(128);
    expect(of({ fromMs: 0, workers: 256 }, {})).toBe(128);
  });

  it.each([1, 2, 8])('fit into an embedded stub that passed the check (%i workers)', (workers) => {
    let files = 1024;
    while (!passes(workers, files)) files++;
    expect(viewers + workers * of({ workers, stubProcesses: 1 }, { files })).toBeLessThanOrEqual(files);
  });
});

/** Whether a run with an embedded stub is let through. */
function passes(workers: number, limit: number): boolean {
  try {
    checkFiles(FULL, FROM_MS, FOR_MS, workers, 1, limit);
    return true;
  } catch {
    return false;
  }
}

describe('the addresses to connect from', () => {
  const LOOPBACK = 'http://127.0.0.1:8080';
  const of = (setting: Setting, some: Partial<Limits>) => connectionsOf(runOf(setting), limits(some)).localAddresses;

  it('are left to the system while one has enough ports', () => {
    expect(of({ baseUrl: LOOPBACK }, { ports: 2 * viewers })).toEqual([]);
    expect(of({ baseUrl: LOOPBACK }, { ports: 2 * viewers - 1 })).not.toEqual([]);
    expect(of({}, { ports: 1000 })).toEqual([]);
  });

  it('are as many of the loopback as it takes, so that none has to use more than half of its ports', () => {
    const addresses = of({ baseUrl: LOOPBACK, workers: 3 }, { ports: 1000 });
    expect(addresses.slice(0, 2)).toEqual(['127.0.0.1', '127.0.0.2']);
    expect(addresses.length * 500).toBeGreaterThanOrEqual(2 * viewers);
    expect((addresses.length - 1) * 500).toBeLessThan(2 * viewers + 3);
  });

  it('are all different, and all of the loopback, also when they are many', () => {
    const addresses = of({ baseUrl: LOOPBACK }, { ports: 50 });
    expect(addresses.length).toBeGreaterThan(700);
    expect(new Set(addresses).size).toBe(addresses.length);
    for (const address of addresses) {
      const parts = address.split('.').map(Number);
      expect(parts[0]).toBe(127);
      // Neither a network nor all of its hosts.
      expect(parts[3]).toBeGreaterThan(0);
      expect(Math.max(...parts)).toBeLessThan(255);
    }
  });

  it('are those that were named', () => {
    const localAddresses = ['127.0.0.9'];
    expect(of({ baseUrl: LOOPBACK, localAddresses }, { ports: 1000 })).toEqual(localAddresses);
    expect(of({ localAddresses }, {})).toEqual(localAddresses);
  });
});

describe('the check of the ports', () => {
  const refused = (setting: Setting, ports: number): FlashcrowdError => {
    try {
      checkPorts(runOf(setting), limits({ ports }));
    } catch (error) {
      if (error instanceof FlashcrowdError) return error;
      throw error;
    }
    throw new Error('nothing was refused');
  };
  const needed = (setting: Setting): number => figure(refused(setting, 1).problems[0].expected ?? '', /(\d+)/);

  it('lets a run pass at exactly what it needs', () => {
    const most = needed({ workers: 2 });
    expect(most).toBe(viewers + 2 * 128);
    checkPorts(runOf({ workers: 2 }), limits({ ports: most }));
    expect(refused({ workers: 2 }, most - 1).code).toBe('TOO_FEW_PORTS');
  });

  it('refuses with both figures and remedies that work', () => {
    const error = refused({ workers: 2 }, 4000);
    expect(error).toMatchObject({ code: 'TOO_FEW_PORTS', exitCode: 104 });
    expect(error.message).toContain('http://shop.example');
    expect(error.message).toContain('one address of this machine can make 4000');
    const remedies = remediesOf(error);
    const count = figure(remedies, /--local-addresses with (\d+)/);
    const named = (n: number): Setting => ({
      workers: 2,
      localAddresses: Array.from({ length: n }, (_, i) => `10.0.0.${i}`),
    });
    checkPorts(runOf(named(count)), limits({ ports: 4000 }));
    expect(refused(named(count - 1), 4000).message).toContain(`${count - 1} addresses`);
    const scale = figure(remedies, /--scale ([\d.]+)/);
    checkPorts(runOf({ workers: 2, scale }), limits({ ports: 4000 }));
    expect(remedies).toContain('ip_local_port_range="1024 65535"');
  });

  it('names no remedy that cannot work', () => {
    expect(remediesOf(refused({ workers: 1 }, 100))).not.toContain('--scale');
    expect(remediesOf(refused({ workers: 256 }, 100))).toContain('ip_local_port_range');
    expect(remediesOf(refused({ workers: 512 }, 100))).not.toContain('ip_local_port_range');
  });

  it('has nothing against a loopback, of which there are many addresses, unless some were named', () => {
    checkPorts(runOf({ baseUrl: 'http://127.0.0.1:80' }), limits({ ports: 100 }));
    refused({ baseUrl: 'http://127.0.0.1:80', localAddresses: ['127.0.0.1'] }, 100);
    // By name it may be ::1, and there is one of that.
    expect(remediesOf(refused({ baseUrl: 'http://localhost:80' }, 100))).toContain('127.0.0.1 in place of localhost');
  });
});
