import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FileRead, HistoryFile } from './read-file.ts';

/** What a reader is asked to read. */
export interface ReadRequest {
  readonly file: HistoryFile;
  readonly runId: string;
}

/** The program of a reader as one text: a thread that compiles its TypeScript by itself takes three times as long to start, and 30 MB more. */
export async function bundleReader(): Promise<string> {
  // Loaded when it is needed: most histories are short.
  const { build } = await import('esbuild');
  const entry = fileURLToPath(new URL('./reader-main.ts', import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}

/** A thread that reads files of a history, one after the other. */
export class Reader {
  private readonly thread: Worker;
  private isOver = false;
  private answer: (read: FileRead | null) => void = () => {};

  constructor(bundle: string) {
    this.thread = new Worker(bundle, { eval: true, execArgv: [] });
    this.thread.on('message', (read: FileRead | null) => this.answer(read));
    const end = (): void => {
      this.isOver = true;
      this.answer(null);
    };
    this.thread.on('error', end);
    this.thread.on('exit', end);
  }

  /** `null`: the thread could not do it. */
  read(file: HistoryFile, runId: string): Promise<FileRead | null> {
    if (this.isOver) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.answer = resolve;
      const request: ReadRequest = { file, runId };
      this.thread.postMessage(request, []);
    });
  }

  async close(): Promise<void> {
    await this.thread.terminate();
  }
}
