/**
 * How far the stub itself goes: deliveries and connections per second of its own CPU time, with 1,000 viewers in a room, beside a
 * plain `ws` server. The viewers read and throw away, in another process. Needs Linux: CPU time is from /proc.
 * Run with `npx tsx bench/stub.ts`, about two minutes.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';

const ROUNDS = 3;
const VIEWERS = 1000;
/** The first storm warms the code up and is not counted. */
const STORMS = 4;
const CHAT_TEXT = 'x'.repeat(120);
/** USER_HZ of Linux, whatever the kernel's own clock is. */
const TICKS_PER_SEC = 100;

interface Contender {
  readonly name: string;
  readonly file: string;
  readonly options: object;
  /** Messages that are under way at a time: so many are joined in a frame where the server does that. */
  readonly burst: number;
  readonly messages: number;
}

interface Figures {
  readonly deliveriesPerCpuSec: number;
  readonly connectsPerCpuSec: number;
}

const STUB = '../server-stub/main.ts';
const anyChat = { chatPerViewer: { messages: 1e5, perMs: 1 } };
const contenders: Contender[] = [
  { name: 'ws, ws.send to each', file: './stub/ws-peer.ts', options: {}, burst: 1, messages: 200 },
  { name: 'ws, ten messages at once', file: './stub/ws-peer.ts', options: {}, burst: 10, messages: 200 },
  ...[1, 2].flatMap((processes) => [
    {
      name: `stub, ${processes} process(es), one message a write`,
      file: STUB,
      options: { ...anyChat, processes, coalesceMs: 0 },
      burst: 1,
      messages: 300,
    },
    {
      name: `stub, ${processes} process(es), ten joined`,
      file: STUB,
      options: { ...anyChat, processes, coalesceMs: 20 },
      burst: 10,
      messages: 2000,
    },
  ]),
];

function start(file: string, argument: string): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), [argument], {
    execArgv: ['--import', import.meta.resolve('tsx')],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** CPU time of a process and of its children that live. */
function cpuSeconds(pid: number): number {
  let ticks = 0;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const [, parent, ...rest] = readFileSync(`/proc/${entry}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      // utime and stime, fields 14 and 15 of proc(5); the first two here are fields 3 and 4.
      if (Number(entry) === pid || Number(parent) === pid) ticks += Number(rest[9]) + Number(rest[10]);
    } catch {
      // It has ended meanwhile.
    }
  }
  return ticks / TICKS_PER_SEC;
}

async function ask(reader: ChildProcess, order: object): Promise<{ viewers: number; bytes: number }> {
  const answer = once(reader, 'message');
  reader.send(order);
  return (await answer)[0] as { viewers: number; bytes: number };
}

/** Waits until nothing arrives any more. @returns bytes that all have read. */
async function settled(reader: ChildProcess): Promise<number> {
  for (let before = -1; ;) {
    const { bytes } = await ask(reader, {});
    if (bytes === before) return bytes;
    before = bytes;
    await delay(100);
  }
}

/** Sends `messages`, `burst` at a time, each burst when the one before has come back. */
async function chat(talker: WebSocket, messages: number, burst: number): Promise<void> {
  let seen = 0;
  let sent = 0;
  const finished = new Promise<void>((resolve) => {
    talker.on('message', (data) => {
      const frame = JSON.parse(String(data)) as { t: string; m?: unknown[] };
      seen += frame.t === 'chat' ? 1 : (frame.m?.length ?? 0);
      if (seen >= messages) resolve();
      else if (seen === sent) say();
    });
  });
  const say = (): void => {
    for (let i = 0; i < burst; i++) talker.send(JSON.stringify({ t: 'chat', ref: sent++, text: CHAT_TEXT }));
  };
  say();
  await finished;
}

async function measure({ file, options, burst, messages }: Contender): Promise<Figures> {
  const server = start(file, JSON.stringify(options));
  const [{ url, adminToken }] = (await once(server, 'message')) as [{ url: string; adminToken: string }];
  const show = { rooms: ['main'], currency: 'USD', holdMs: 1000, products: [] };
  const headers = { 'x-admin-token': adminToken, 'content-type': 'application/json' };
  if (adminToken !== '') await fetch(`${url}/admin/show`, { method: 'PUT', headers, body: JSON.stringify(show) });
  const reader = start('./stub/reader.ts', new URL(url).port);
  await once(reader, 'message');

  let connectSeconds = 0;
  for (let storm = 0; storm < STORMS; storm++) {
    if (storm > 0) await ask(reader, { leave: true });
    await settled(reader);
    const before = cpuSeconds(server.pid!);
    await ask(reader, { connect: VIEWERS });
    if (storm > 0) connectSeconds += cpuSeconds(server.pid!) - before;
  }
  const talker = new WebSocket(`${url.replace('http', 'ws')}/rooms/main/ws?viewer=talker&name=talker`);
  await once(talker, 'message');
  await chat(talker, Math.ceil(messages / 10), burst);

  const bytesBefore = await settled(reader);
  const before = cpuSeconds(server.pid!);
  await chat(talker, messages, burst);
  const bytes = (await settled(reader)) - bytesBefore;
  const deliverySeconds = cpuSeconds(server.pid!) - before;
  if (bytes < VIEWERS * messages * CHAT_TEXT.length) throw new Error('messages were lost');

  talker.terminate();
  for (const child of [reader, server]) {
    child.disconnect();
    await once(child, 'exit');
  }
  return {
    deliveriesPerCpuSec: (VIEWERS * messages) / deliverySeconds,
    connectsPerCpuSec: (VIEWERS * (STORMS - 1)) / connectSeconds,
  };
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];
const rounds = contenders.map((): Figures[] => []);
for (let round = 0; round < ROUNDS; round++) {
  for (const [i, contender] of contenders.entries()) rounds[i].push(await measure(contender));
}
const peer = median(rounds[0].map((figures) => figures.deliveriesPerCpuSec));
const lines = contenders.map(({ name }, i) => {
  const deliveries = median(rounds[i].map((figures) => figures.deliveriesPerCpuSec));
  const connects = median(rounds[i].map((figures) => figures.connectsPerCpuSec));
  const columns = [
    Math.round(deliveries / 1000)
      .toLocaleString('en')
      .padStart(10),
    (deliveries / peer).toFixed(1).padStart(8),
    Math.round(connects).toLocaleString('en').padStart(12),
  ];
  return `  ${name.padEnd(40)}${columns.join('')}`;
});
process.stdout.write(`${VIEWERS} viewers in a room, per CPU-second of the server, medians of ${ROUNDS} rounds

  ${' '.repeat(40)}    1,000 x
  ${' '.repeat(40)}deliveries  to ws    connects
${lines.join('\n')}
`);
