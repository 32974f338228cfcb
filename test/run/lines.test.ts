import { expect, it, vi } from 'vitest';
import { HttpClients } from '../../sim/run/http-clients.ts';
import { lineOpener } from '../../sim/run/lines.ts';
import type { Dialer, WireEnding, WireEvents } from '../../sim/run/wire/wire.ts';
import type { Line } from '../../sim/live/line.ts';
import type { RoomTarget } from '../../sim/targets/target.ts';
import { someone } from '../targets/viewer.ts';

const ROOM = { line: 'websocket', origin: 'wss://chat.test', connect: () => ({ url: 'wss://Chat.Test/live' }) };

function opened(hosts?: readonly string[] | null) {
  const dialled = vi.fn<Dialer['dial']>(() => ({}) as Line);
  const told: (WireEnding | 'opened')[] = [];
  const events = {
    opened: () => void told.push('opened'),
    closed: (ending: WireEnding) => void told.push(ending),
  } as unknown as WireEvents;
  const open = lineOpener(ROOM as unknown as RoomTarget, { dial: dialled }, new HttpClients(1), hosts);
  return { line: open(someone(), events), dialled, told };
}

const nextTick = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

it.each([[undefined], [null], [['other.test', 'CHAT.test']]])('a line to a host among %j is dialled', async (hosts) => {
  const { dialled, told } = opened(hosts);
  await nextTick();
  expect(dialled).toHaveBeenCalledOnce();
  expect(told).toEqual([]);
});

it('a line to another host is closed, and not dialled', async () => {
  const { line, dialled, told } = opened(['other.test']);
  expect([line.isOpen, line.send('hi'), told.length]).toEqual([false, false, 0]);
  await nextTick();
  expect(told).toEqual([{ code: 1006, reason: 'chat.test is not among the hosts of the target', status: null }]);
  expect(dialled).not.toHaveBeenCalled();
});

it('a line that was ended first says nothing more', async () => {
  const { line, told } = opened([]);
  line.cut();
  await nextTick();
  expect(told).toEqual([]);
});
