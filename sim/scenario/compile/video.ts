import type { CompiledVideo } from '../../crowd/video.ts';
import type { Scenario } from '../schema/scenario.ts';
import { VIDEO_DEFAULTS, type Video } from '../schema/video.ts';
import { cumulativeWeights, type AddTable } from './personas.ts';

/** Null when nobody watches. */
export function compileVideo({ video }: Scenario, addTable: AddTable): CompiledVideo | null {
  if (video === undefined) return null;
  const devices: NonNullable<Video['devices']> = video.devices ?? VIDEO_DEFAULTS.devices;
  const renditions = video.renditions ?? VIDEO_DEFAULTS.renditions;
  return {
    url: video.url ?? null,
    watchP: video.share,
    deviceUpTo: cumulativeWeights(Object.values(devices).map((device) => device.share)),
    devices: Object.entries(devices).map(([id, { maxHeight, bandwidth }]) => ({
      id,
      maxHeight: maxHeight ?? null,
      bandwidthTable: bandwidth === undefined ? -1 : addTable(inKilobits(bandwidth)),
    })),
    bufferMs: video.buffer,
    lowLatency: video.lowLatency,
    renditions: [...renditions].sort((a, b) => a.bitsPerSec - b.bitsPerSec),
    assumed: (['devices', 'renditions'] as const)
      .filter((key) => video[key] === undefined)
      .map((key) => `video.${key}`),
  };
}

type Bandwidth = NonNullable<NonNullable<Video['devices']>[string]['bandwidth']>;

/** Tables hold single precision: kilobits keep whole numbers whole. */
function inKilobits(bandwidth: Bandwidth): Bandwidth {
  if (bandwidth.kind === 'fixed') return { kind: 'fixed', value: bandwidth.value / 1000 };
  return { ...bandwidth, median: bandwidth.median / 1000 };
}
