/** CPU time of the client for every chat message that it receives, parses and records. */
import { caughtUp, cpuSeconds, sleep } from '../processes.ts';
import type { Sending } from '../server.ts';
import type { Tool, ToolName } from '../tools/tool.ts';
import { viewersOf, withViewers } from '../tools/with-viewers.ts';
import type { Rows, TableHead } from './rows.ts';

/** Code that has not run yet is slow, in every tool but one. */
const WARM_UP_MS = 2000;
/** What was sent last is on its way; and a client that reads in batches does so every 50 ms. */
const SETTLE_MS = 150;
const BEHIND_MS = 150;

interface Scene {
  readonly id: string;
  readonly head: TableHead;
  readonly sending: Sending;
  readonly viewers: number;
  readonly rooms: number;
  readonly probeShare: number;
  readonly tools: readonly ToolName[];
  /** For tools that one core of messages like that would saturate: fewer viewers, or fewer writes. */
  readonly gentle: { readonly viewers: number; readonly writesPerSec: number };
}

const UNIT = 'CPU-seconds per million messages';
const ALL = ['c', 'flashcrowd', 'ws', 'k6', 'artillery'] as const;

export const SCENES: readonly Scene[] = [
  {
    id: 'receive.one',
    head: {
      title: 'One frame a read',
      about: '10 messages/s a viewer, each in a write of its own.',
      unit: UNIT,
      digits: 2,
    },
    sending: { whose: 'all', writesPerSec: 10, framesPerWrite: 1 },
    viewers: 1000,
    rooms: 1,
    probeShare: 1,
    tools: ALL,
    gentle: { viewers: 200, writesPerSec: 10 },
  },
  {
    id: 'receive.ten',
    head: {
      title: 'Ten frames a read',
      about: 'Ten writes a second a viewer, of ten messages each.',
      unit: UNIT,
      digits: 2,
    },
    sending: { whose: 'all', writesPerSec: 10, framesPerWrite: 10 },
    viewers: 1000,
    rooms: 1,
    probeShare: 1,
    tools: ALL,
    gentle: { viewers: 200, writesPerSec: 2 },
  },
  {
    id: 'receive.own',
    head: {
      title: '1,000 rooms of one viewer',
      about: '10 messages/s a viewer, one frame a read; no two viewers get the same bytes.',
      unit: UNIT,
      digits: 2,
    },
    sending: { whose: 'own', writesPerSec: 10, framesPerWrite: 1 },
    viewers: 1000,
    rooms: 1000,
    probeShare: 1,
    tools: ['c', 'flashcrowd', 'ws'],
    gentle: { viewers: 200, writesPerSec: 10 },
  },
  {
    id: 'receive.busy',
    head: {
      title: 'A busy room, 10 % probes',
      about: '50 messages/s a viewer, each in a write of its own. flashcrowd reads nine of ten viewers in batches.',
      unit: UNIT,
      digits: 2,
    },
    sending: { whose: 'all', writesPerSec: 50, framesPerWrite: 1 },
    viewers: 500,
    rooms: 1,
    probeShare: 0.1,
    tools: ['c', 'flashcrowd', 'k6'],
    gentle: { viewers: 100, writesPerSec: 50 },
  },
];

/** One round of one tool. */
export async function receive(scene: Scene, tool: Tool, sendMs: number, rows: Rows): Promise<void> {
  const isGentle = tool.viewersAtMost < scene.viewers;
  const viewers = isGentle ? scene.gentle.viewers : scene.viewers;
  const sending = isGentle ? { ...scene.sending, writesPerSec: scene.gentle.writesPerSec } : scene.sending;
  const rooms = Math.min(scene.rooms, viewers);
  await withViewers(viewersOf(tool, { viewers, rooms, probeShare: scene.probeShare }), async (watching, server) => {
    await watching.connect();
    await watching.go();
    await server.send(sending, WARM_UP_MS);
    await sleep(SETTLE_MS);
    await caughtUp(watching.pid);
    await watching.begin();
    const before = cpuSeconds(watching.pid);
    const sent = await server.send(sending, sendMs);
    await sleep(SETTLE_MS);
    // What a client has put off is part of what the messages cost it.
    const behindMs = await caughtUp(watching.pid);
    const used = cpuSeconds(watching.pid) - before;
    const { handled, lagP99Ms } = await watching.finish();
    const what = [`${viewers} viewers`, `lag p99 ${lagP99Ms.toFixed(0)} ms`, counted(handled, sent.frames)];
    if (behindMs > BEHIND_MS) what.push(`**${Math.round(behindMs + SETTLE_MS)} ms behind at the end**`);
    if (isGentle) what.push(`${sending.writesPerSec * sending.framesPerWrite} messages/s a viewer`);
    rows.add(scene.id, tool.name, tool.label, (used / handled) * 1e6, what.join('; '));
  });
}

function counted(handled: number, sent: number): string {
  if (handled === sent) return `all ${sent.toLocaleString('en-US')} handled`;
  return `**${handled.toLocaleString('en-US')} of ${sent.toLocaleString('en-US')} handled**`;
}
