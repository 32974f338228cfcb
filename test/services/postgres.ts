import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort, ServerProcess, type Account } from './server-process.ts';

/** PostgreSQL will not run as root. */
const ACCOUNTS = ['postgres', 'nobody'];

/** A PostgreSQL of a test's own, on a free port, with its data in a folder of its own. */
export class TestPostgres {
  readonly url: string;
  private readonly folder: string;
  private readonly process: ServerProcess;

  private constructor(program: string, port: number) {
    const account = process.getuid?.() === 0 ? otherAccount() : undefined;
    this.folder = mkdtempSync(join(tmpdir(), 'flashcrowd-postgres-'));
    if (account !== undefined) chownSync(this.folder, account.uid, account.gid);
    const data = join(this.folder, 'data');
    const initdb = ['-D', data, '-U', 'flashcrowd', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'];
    execFileSync(join(dirname(program), 'initdb'), initdb, { stdio: 'pipe', cwd: this.folder, ...account });
    this.url = `postgres://flashcrowd@127.0.0.1:${port}/postgres`;
    // Data that the kernel has taken survives the end of the process, however it ends; only a power cut would lose it.
    const settings = ['fsync=off', `unix_socket_directories=${this.folder}`, 'listen_addresses=127.0.0.1'];
    const options = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
    this.process = new ServerProcess([program, ...options], /database system is ready to accept connections/, account);
  }

  /** `program` is what `needService('postgres')` found. */
  static async start(program: string): Promise<TestPostgres> {
    const postgres = new TestPostgres(program, await freePort());
    await postgres.process.start();
    return postgres;
  }

  /** The data stays. `SIGINT` is its quick end: connections are cut. `SIGQUIT` ends it as a crash does. */
  stop(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    return this.process.end(signal);
  }

  /** After `stop`: on the same port, with the same data. */
  begin(): Promise<void> {
    return this.process.start();
  }

  /** Ends it and removes its data. */
  async remove(): Promise<void> {
    await this.process.end('SIGQUIT');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function otherAccount(): Account {
  for (const name of ACCOUNTS) {
    try {
      const id = (which: string): number => Number(execFileSync('id', [which, name], { stdio: 'pipe' }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // No such user here.
    }
  }
  throw new Error(`PostgreSQL does not run as root, and there is no user ${ACCOUNTS.join(' or ')}`);
}
