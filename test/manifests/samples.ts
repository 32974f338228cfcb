import type { FleetOptions } from '../../sim/manifests/fleet.ts';
import type { ScriptFile } from '../../sim/manifests/script.ts';
import type { ShardsOptions } from '../../sim/manifests/shards.ts';

export function textFile(name: string, text: string): ScriptFile {
  return { name, bytes: new TextEncoder().encode(text) };
}

/** A file of so many bytes, its name not counted. */
export function fileOf(name: string, sizeBytes: number): ScriptFile {
  return { name, bytes: new Uint8Array(sizeBytes).fill(0x61) };
}

export function sampleFleet(changes: Partial<FleetOptions> = {}): FleetOptions {
  return {
    name: 'spring-drop',
    namespace: 'load',
    files: [textFile('script.js', 'export default () => {};\n'), textFile('event.json', '{}')],
    folder: 'dist',
    manifestFile: 'fleet.yaml',
    parallelism: 40,
    image: 'grafana/k6:2.1.0',
    coordinatorImage: 'registry.example.com/flashcrowd:1',
    vus: 400,
    expectedPeakViewers: 100_000,
    messagesPerViewerPerSec: 8,
    secretsLeft: false,
    secretNames: ['SHOP_KEY'],
    ...changes,
  };
}

export function sampleShards(changes: Partial<ShardsOptions> = {}): ShardsOptions {
  return {
    name: 'spring-drop',
    namespace: 'load',
    shards: 40,
    image: 'registry.example.com/flashcrowd:1',
    words: ['scenarios/spring-drop.yaml', '--target=targets/my-shop.yaml'],
    startAt: '2026-11-27T20:00:00+08:00',
    load: { viewers: 100_000, messagesPerViewerPerSec: 8, joinsPerSec: 500, bytesPerMessage: 200 },
    views: 400_000,
    windowMs: 600_000,
    leadMs: 100_000,
    secretNames: ['SHOP_KEY'],
    manifestFile: 'shards.yaml',
    ...changes,
  };
}
