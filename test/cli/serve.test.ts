import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { childrenOf, survivors } from '../e2e/processes.ts';
import { finish, printed, runCli, startCli, type CliOptions } from './run-cli.ts';

/** Starts `flashcrowd serve` and waits for its address. Killed after the test, if it still runs. */
async function startServe(args: readonly string[], options?: CliOptions) {
  const child = startCli(['serve', '--port', '0', ...args], options);
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = finish(child);
  const [, token, url] = await printed(child, /FLASHCROWD_ADMIN_TOKEN=(\S+)[\s\S]*--target (\S+)/);
  return { child, ended, url, token };
}

async function statusOfBooks(url: string, token: string): Promise<number> {
  return (await fetch(`${url}/admin/books`, { headers: { 'x-admin-token': token } })).status;
}

describe('flashcrowd serve', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'answers with the token it prints, and %s ends it cleanly',
    async (signal) => {
      const { child, ended, url, token } = await startServe([]);
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(await statusOfBooks(url, token)).toBe(200);
      expect(await statusOfBooks(url, 'wrong')).toBeGreaterThanOrEqual(400);
      child.kill(signal);
      expect(await ended).toMatchObject({ code: 0, stderr: '' });
    },
  );

  it('takes the token from the environment, and the option before that', async () => {
    const env = { FLASHCROWD_ADMIN_TOKEN: 'from-the-environment' };
    expect((await startServe([], { env })).token).toBe('from-the-environment');
    expect((await startServe(['--admin-token', 'given'], { env })).token).toBe('given');
  });

  it('takes store and bus from the environment, the options before that, and an empty variable for none', async () => {
    const env = { FLASHCROWD_STORE: 'mysql://shop:geheim@127.0.0.1/shop', FLASHCROWD_BUS: '' };
    const refused = await runCli(['serve', '--port', '0'], { env });
    expect(refused.code).toBe(104);
    expect(refused.stderr).toContain('no store "mysql://***@127.0.0.1/shop"');
    expect(refused.stderr).not.toContain('geheim');
    const bus = await runCli(['serve', '--port', '0'], { env: { FLASHCROWD_STORE: '', FLASHCROWD_BUS: 'kafka://x' } });
    expect(bus.stderr).toContain('no bus "kafka://x"');
    const { url, token } = await startServe(['--store', 'memory'], { env });
    expect(await statusOfBooks(url, token)).toBe(200);
  });

  it('says so when the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await runCli(['serve', '--port', String(port)]);
    expect(code).toBe(104);
    expect(stderr).toContain(`cannot listen on 127.0.0.1:${port}: it is already in use`);
    expect(stderr).toContain('LISTEN_FAILED');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each(['70000', '-1', 'http', '80.5', ''])('refuses the port "%s"', async (port) => {
    const { code, stderr } = await runCli(['serve', `--port=${port}`]);
    expect(code).toBe(104);
    expect(stderr).toContain('from 0 to 65535');
  });

  it('holds sockets in several processes on one port, and ends them all', async () => {
    const { child, ended, url, token } = await startServe(['--processes', '2']);
    const fronts = childrenOf(child.pid!).flatMap(({ pid, commandLine }) =>
      commandLine.includes('front-main') ? [pid] : [],
    );
    expect(fronts).toHaveLength(2);
    expect(await statusOfBooks(url, token)).toBe(200);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    expect(await survivors(fronts)).toEqual([]);
  });

  it.each(['0', '65', 'two'])('refuses %s processes', async (processes) => {
    const { code, stderr } = await runCli(['serve', '--processes', processes]);
    expect(code).toBe(104);
    expect(stderr).toContain('from 1 to 64');
  });
});
