import { describe, expect, it } from 'vitest';
import { COSTS, type EngineCost } from '../../sim/scaling/cost.ts';
import { machinesFor, shareOf, USUAL_MACHINE, type CrowdLoad } from '../../sim/scaling/size.ts';

const COST: EngineCost = {
  messagesPerCoreSecond: 100_000,
  memoryMiBPerViewer: 0.01,
  connectCpuMs: 1,
  processMemoryMiB: 100,
  source: 'made up',
};
const MACHINE = { cores: 4, memoryMiB: 16_384, connections: 25_000 };
const load = (changes: Partial<CrowdLoad>): CrowdLoad => ({
  viewers: 100_000,
  messagesPerViewerPerSec: 10,
  joinsPerSec: 0,
  bytesPerMessage: 200,
  ...changes,
});

describe('machines', () => {
  it('are bound by the CPU when much is said: 4 cores at 60 % read 240,000 messages a second', () => {
    const { machines, limit, viewersPerMachine } = machinesFor(load({}), COST, MACHINE);
    expect({ machines, limit, viewersPerMachine }).toEqual({ machines: 5, limit: 'cpu', viewersPerMachine: 24_000 });
  });

  it('are bound by ports when little is said', () => {
    const { machines, limit } = machinesFor(load({ messagesPerViewerPerSec: 1 }), COST, MACHINE);
    expect({ machines, limit }).toEqual({ machines: 4, limit: 'ports' });
  });

  it('are bound by memory when there is little of it', () => {
    // 70 % of 1,000 MiB less four processes of 100 is 300 MiB: 30,000 viewers of a hundredth each.
    const small = { ...MACHINE, memoryMiB: 1000, connections: 60_000 };
    const { machines, limit } = machinesFor(load({ messagesPerViewerPerSec: 0.1 }), COST, small);
    expect({ machines, limit }).toEqual({ machines: 4, limit: 'memory' });
  });

  it('are more when viewers join faster', () => {
    // A million messages are ten busy cores, 10,000 joins of 1 ms ten more; a machine has 2.4 of them.
    expect(machinesFor(load({ joinsPerSec: 10_000 }), COST, MACHINE).machines).toBe(9);
  });

  it('are one for an empty room, and as many as there are viewers when one fills a machine', () => {
    expect(machinesFor(load({ viewers: 0 }), COST, MACHINE).machines).toBe(1);
    expect(machinesFor(load({ viewers: 3, messagesPerViewerPerSec: 1e9 }), COST, MACHINE).machines).toBe(3);
    expect(machinesFor(load({ messagesPerViewerPerSec: 0 }), COST, MACHINE).limit).toBe('ports');
  });

  it('carry no more than they have', () => {
    for (const cost of Object.values(COSTS)) {
      const { each } = machinesFor(load({ viewers: 2_900_000, joinsPerSec: 70_000 }), cost, USUAL_MACHINE);
      expect(each.cores).toBeLessThanOrEqual(USUAL_MACHINE.cores);
      expect(each.memoryMiB).toBeLessThanOrEqual(USUAL_MACHINE.memoryMiB);
      expect(each.viewers).toBeLessThanOrEqual(USUAL_MACHINE.connections);
    }
  });
});

describe('the share of a machine', () => {
  it('is that of its viewers', () => {
    const { viewers, cores, memoryMiB, openFiles, bitsPerSec } = shareOf(load({}), COST, 10);
    expect(viewers).toBe(10_000);
    // 100,000 messages a second take a core, and may keep it busy for 60 %.
    expect(cores).toBeCloseTo(1 / 0.6, 6);
    // Two processes and 10,000 viewers, in 70 % of it.
    expect(memoryMiB).toBeCloseTo(300 / 0.7, 6);
    expect(openFiles).toBeGreaterThan(10_000);
    expect(bitsPerSec).toBe(10_000 * 10 * 200 * 8);
  });

  it('leaves no viewer out', () => {
    expect(shareOf(load({ viewers: 10 }), COST, 3).viewers * 3).toBeGreaterThanOrEqual(10);
  });
});
