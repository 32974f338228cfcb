/** A crowd that only watches: everybody is there from the start, nobody says, likes or buys anything, and nobody goes. */
import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import type { CrowdSnapshot } from '../../sim/crowd/snapshot.ts';
import { NEVER } from '../../sim/crowd/wheel.ts';
import { compileScenario } from '../../sim/scenario/compile.ts';
import { validateScenario } from '../../sim/scenario/validate.ts';

/** One source a room. They bring their own viewers only long after the bench is over. */
export function idleScenario(rooms: number): CompiledScenario {
  const ids = Array.from({ length: rooms }, (_, room) => `room-${room}`);
  const document = {
    name: 'idle-crowd',
    duration: '30m',
    rooms: Object.fromEntries(ids.map((id) => [id, { title: id }])),
    personas: { watcher: { dwell: '1h', chat: 0, likes: 0, gifts: 0 } },
    audience: Object.fromEntries(
      ids.map((id) => [`to-${id}`, { kind: 'steady', room: id, from: '29m', rate: '1/min' }]),
    ),
  };
  return compileScenario(validateScenario(document, 'the idle crowd'));
}

/** Everybody who is there at the start, spread evenly over the rooms. */
export function idleSnapshot(viewers: number, rooms: number): CrowdSnapshot {
  const never = (): Int32Array => new Int32Array(viewers).fill(NEVER);
  const none = (): Int32Array => new Int32Array(viewers).fill(-1);
  const zero = (): Uint16Array => new Uint16Array(viewers);
  return {
    atMs: 0,
    count: viewers,
    source: Uint16Array.from({ length: viewers }, (_, viewer) => viewer % rooms),
    index: Int32Array.from({ length: viewers }, (_, viewer) => Math.floor(viewer / rooms)),
    leaveAtMs: new Int32Array(viewers).fill(1_800_000),
    chatAtMs: never(),
    likeAtMs: never(),
    giftAtMs: never(),
    chatCount: zero(),
    likeCount: zero(),
    giftCount: zero(),
    lastCue: none(),
    shopCue: none(),
    shopAtMs: never(),
    callCue: none(),
    callAtMs: never(),
  };
}
