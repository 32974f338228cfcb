import type { ShardSetup } from '../../live/messages.ts';
import { Shard, type ShardParts } from '../../live/shard.ts';
import type { Target } from '../../targets/combine.ts';
import type { EventFile } from '../event.ts';
import { namedHosts } from './named.ts';
import type { Mirror } from './mirror.ts';
import { PodMonitor } from './pod-monitor.ts';
import { FrameReading, NO_READING } from './reading.ts';
import { Requests } from './requests.ts';

/** Of `SecondReport.gauges`: viewers. */
const VIEWERS = 0;

/** A pod of viewers: one shard of the crowd in one VU. */
export function createPod(
  event: EventFile,
  setup: ShardSetup,
  target: Target,
  mirror: Mirror,
  { send, history }: Pick<ShardParts, 'send' | 'history'>,
): Shard {
  const { userAgent } = event;
  const isNamed = namedHosts(event.hosts);
  const { room } = target;
  const note = (text: string): void => send({ type: 'note', text });
  return new Shard({
    setup,
    target,
    history,
    metrics: mirror.set,
    send: (message) => {
      if (message.type === 'second' || message.type === 'done') {
        const { index, gauges } = message.type === 'second' ? message.report : message.last.report;
        const atMs = setup.fromMs + index * 1000;
        mirror.set.gauge('viewers').set(gauges[VIEWERS], { room: -1, persona: -1, product: -1, atMs });
        mirror.flush(message.type === 'done');
      }
      send(message);
    },
    http: new Requests(userAgent, isNamed, 'shop'),
    roomHttp: new Requests(userAgent, isNamed, 'room over HTTP'),
    reading: (listener) => (room === null ? NO_READING : new FrameReading(room, userAgent, isNamed, listener, note)),
    watching: () => null,
    monitor: new PodMonitor(),
    soon: (act) => void setTimeout(act, 0),
    usage: () => ({ cpuSeconds: null, maxRssMiB: null }),
    compressed: () => false,
  });
}
