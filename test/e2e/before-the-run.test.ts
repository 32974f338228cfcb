import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CLI } from '../cli/run-cli.ts';
import { Command, Run, scenarioFile, serve, temporaryFolder } from './command.ts';

const EVENING = scenarioFile('evening.yaml');
const WINDOW = ['--from', '10s', '--for', '4s'];

/** A message for a person: no stack, no talk of a bug. */
function expectPlain(stderr: string): void {
  expect(stderr).toMatch(/^flashcrowd: /);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr).not.toContain('bug');
}

/** A port of 127.0.0.1 that takes connections and never says a word. */
async function silentPort(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('a target that is not there', () => {
  it('is said within 5 s, with exit code 122', async () => {
    const silent = `http://127.0.0.1:${await silentPort()}`;
    const reasons = { 'http://127.0.0.1:1': 'the connection was refused', [silent]: 'it did not answer in time' };
    const runs = Object.entries(reasons).map(async ([target, reason]) => {
      const run = Run.start('evening.yaml', [...WINDOW, '--target', target]);
      expect(await run.ended).toMatchObject({ code: 122, stdout: '' });
      expect(run.elapsedMs()).toBeLessThan(5000);
      expectPlain(run.stderr);
      expect(run.stderr).toContain(`${target} cannot be reached: ${reason}`);
      expect(run.stderr).toContain('[TARGET_UNREACHABLE]');
    });
    await Promise.all(runs);
  });

  it('is refused when it is no URL of a host', async () => {
    const runs = ['127.0.0.1:8080', 'ftp://127.0.0.1', 'http://127.0.0.1/shop', ''].map(async (target) => {
      const { code, stderr } = await Run.start('evening.yaml', [...WINDOW, `--target=${target}`]).ended;
      expect(code, target).toBe(104);
      expectPlain(stderr);
      expect(stderr).toContain('--target');
    });
    await Promise.all(runs);
  });

  it('that refuses the admin token is told from one that does not answer', async () => {
    const { url } = await serve();
    const run = Run.start('evening.yaml', [...WINDOW, '--target', url, '--admin-token', 'wrong']);
    const { code, stderr } = await run.ended;
    expect(code).toBe(122);
    expectPlain(stderr);
    expect(stderr).toMatch(/PUT \S+\/admin\/show: 401/);
    expect(stderr).toContain('FLASHCROWD_ADMIN_TOKEN');
    expect(stderr).toContain('[TARGET_REFUSED]');
  });
});

it('a token in a refusal is read neither on the terminal nor in the log', async () => {
  const server = createHttpServer((request, response) => {
    const body = { session: { token: 'seen-by-nobody', error: 'no right to do that' } };
    response.writeHead(request.method === 'GET' ? 200 : 403, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const dir = temporaryFolder();
  const target = {
    use: 'http',
    url: `http://127.0.0.1:${port}`,
    host: { setup: [{ request: 'PUT /shows?access=a-known-one' }] },
    steps: { pay: { request: 'POST /pay' } },
  };
  writeFileSync(path.join(dir, 'shop.yaml'), JSON.stringify({ shop: target }));
  const args = [...WINDOW, '--target', path.join(dir, 'shop.yaml'), '--out', path.join(dir, 'out')];
  const { code, stderr } = await new Command(process.execPath, [CLI, 'run', EVENING, ...args]).ended;
  expect(code, stderr).toBe(122);
  expectPlain(stderr);
  for (const text of [stderr, readFileSync(path.join(dir, 'out/run.log'), 'utf8')]) {
    expect(text).toContain('no right to do that');
    expect(text).toContain('[hidden]');
    expect(text).not.toMatch(/seen-by-nobody|a-known-one/);
  }
});

describe('what would go wrong at the end is said at the start', () => {
  it('a results folder that cannot be', async () => {
    const dir = temporaryFolder();
    writeFileSync(path.join(dir, 'a-file'), '');
    mkdirSync(path.join(dir, 'run.log'));
    // The file, something below it, a place where nobody may write, and a log that is a folder.
    const places = [path.join(dir, 'a-file'), path.join(dir, 'a-file', 'below'), '/sys/flashcrowd', dir];
    const runs = places.map(async (out) => {
      const run = new Command(process.execPath, [CLI, 'run', EVENING, ...WINDOW, '--out', out]);
      const { code, stdout, stderr } = await run.ended;
      expect(code, `${out}: ${stderr}`).toBe(104);
      expect(stdout).toBe('');
      expectPlain(stderr);
      expect(stderr).toContain(`cannot write to ${out}`);
      expect(stderr).toContain('[OUTPUT_NOT_WRITABLE]');
    });
    await Promise.all(runs);
  });

  it('too few file descriptors, with what to do about it', async () => {
    const command = `ulimit -n 300; exec '${process.execPath}' '${CLI}' run '${EVENING}' --from 10s --for 4s --out '${temporaryFolder()}'`;
    const { code, stdout, stderr } = await new Command('bash', ['-c', command]).ended;
    expect(code, stderr).toBe(104);
    expect(stdout).not.toContain('running');
    expectPlain(stderr);
    expect(stderr).toMatch(/may need \d+ open files in this window, and the limit is 300/);
    expect(stderr).toMatch(/try one of: ulimit -n \d+/);
    expect(stderr).toContain('[TOO_FEW_FILES]');
  });
});
