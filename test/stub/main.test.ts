import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { StubReport } from '../../server-stub/main.ts';
import { TestViewer } from './helpers.ts';

const MAIN = fileURLToPath(new URL('../../server-stub/main.ts', import.meta.url));
const children: ChildProcess[] = [];

function forkStub(argument: string): { child: ChildProcess; report: Promise<StubReport>; exit: Promise<unknown[]> } {
  const child = fork(MAIN, [argument], { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  children.push(child);
  return {
    child,
    report: once(child, 'message').then(([message]) => message as StubReport),
    exit: once(child, 'exit'),
  };
}
async function ready(argument: string) {
  const stub = forkStub(argument);
  const report = await stub.report;
  if (report.type !== 'ready') throw new Error(report.message);
  return { ...stub, report };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

test('reports where it listens, ignores Ctrl-C, and ends with its parent', async () => {
  const { child, report, exit } = await ready('{"adminToken":"secret"}');
  expect(report).toMatchObject({ adminToken: 'secret', url: `http://127.0.0.1:${report.port}` });
  child.kill('SIGINT');
  expect(await (await fetch(`${report.url}/healthz`)).json()).toEqual({ ok: true, viewers: 0, pid: child.pid });
  child.disconnect();
  expect(await exit).toEqual([0, null]);
});

test('on SIGTERM it sends the viewers away and ends', async () => {
  const { child, report, exit } = await ready('{}');
  const headers = { 'x-admin-token': report.adminToken, 'content-type': 'application/json' };
  const show = JSON.stringify({ rooms: ['main'], currency: 'EUR', holdMs: 1000, products: [] });
  await fetch(`${report.url}/admin/show`, { method: 'PUT', headers, body: show });
  const viewer = new TestViewer(`${report.url.replace('http', 'ws')}/rooms/main/ws?viewer=a`);
  await viewer.next('welcome');
  child.kill('SIGTERM');
  expect((await viewer.closed).code).toBe(1001);
  expect(await exit).toEqual([0, null]);
});

test('says why it cannot start', async () => {
  const { report } = await ready('{}');
  const second = forkStub(JSON.stringify({ port: report.port }));
  expect(await second.report).toMatchObject({ type: 'failed', message: expect.stringContaining('EADDRINUSE') });
  expect(await second.exit).toEqual([1, null]);
  const broken = forkStub('{"port":');
  expect(await broken.report).toMatchObject({ type: 'failed' });
  expect(await broken.exit).toEqual([1, null]);
});
