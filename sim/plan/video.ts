import type { CompiledScenario } from '../crowd/compiled.ts';
import { survivalAt } from '../crowd/quantile.ts';
import { UP_SHARE, type CompiledDevice, type CompiledVideo, type Rendition } from '../crowd/video.ts';
import { personaShares } from './means.ts';

/** What one worker's player takes to read a gigabyte with undici, measured over loopback: 0.9 to 2.6, by the size of segments. */
export const READ_CPU_SEC_A_GB = 2;
/** Connections of a player: one for media; with low latency another waits for the playlist. */
const CONNECTIONS = { ordinary: 1, lowLatency: 2 } as const;

/** What the stream takes, for each viewer of the room: those who do not watch count in. */
export interface VideoLoad {
  /** 0 to 1. */
  readonly watchingShare: number;
  /** Of one who watches, mean over devices. */
  readonly bitsPerSec: number;
  readonly connectionsEach: number;
}

/** Null when nobody watches. */
export function videoLoad(scenario: CompiledScenario): VideoLoad | null {
  const { video, tables, personas } = scenario;
  if (video === null) return null;
  const people = personaShares(scenario).reduce((sum, share, i) => sum + (personas[i].bot ? 0 : share), 0);
  return {
    watchingShare: video.watchP * people,
    bitsPerSec: meanBitsPerSec(video, tables),
    connectionsEach: video.lowLatency === false ? CONNECTIONS.ordinary : CONNECTIONS.lowLatency,
  };
}

function meanBitsPerSec({ devices, deviceUpTo, renditions }: CompiledVideo, tables: readonly Float64Array[]): number {
  return devices.reduce((sum, device, i) => {
    const share = (deviceUpTo[i] - (i > 0 ? deviceUpTo[i - 1] : 0)) / 4294967296;
    return sum + share * deviceBitsPerSec(device, renditions, tables);
  }, 0);
}

/** A player takes the best rendition that fits its screen and that its line carries with room to spare; the lowest if none does. */
function deviceBitsPerSec(
  { maxHeight, bandwidthTable }: CompiledDevice,
  renditions: readonly Rendition[],
  tables: readonly Float64Array[],
): number {
  const [lowest, ...others] = renditions;
  const fitting = others.filter(({ height }) => maxHeight === null || height <= maxHeight);
  let before = lowest.bitsPerSec;
  let mean = before;
  for (const { bitsPerSec } of fitting) {
    const neededKilobits = bitsPerSec / UP_SHARE / 1000;
    const carriedP = bandwidthTable < 0 ? 1 : survivalAt(tables[bandwidthTable], neededKilobits);
    mean += carriedP * (bitsPerSec - before);
    before = bitsPerSec;
  }
  return mean;
}
