import type { BenchServer } from '../server.ts';

export const TOOL_NAMES = ['c', 'flashcrowd', 'ws', 'k6', 'artillery'] as const;
export type ToolName = (typeof TOOL_NAMES)[number];

export interface WatchJob {
  readonly server: BenchServer;
  readonly viewers: number;
  readonly rooms: number;
  /** flashcrowd only; the others read everything as it comes. */
  readonly probeShare: number;
}

/** What a tool says of itself. */
export interface Count {
  /** Chat frames that it handled while the measured part was sent. */
  readonly handled: number;
  /** Of all that it handled. */
  readonly lagP99Ms: number;
}

/** A client process with viewers in rooms. */
export interface Watching {
  readonly pid: number;
  /** Resolves when all have been welcomed. Until then nobody is connected. */
  connect(): Promise<void>;
  /** What is received counts from here on; before it nothing has been sent. */
  go(): Promise<void>;
  /** The warm-up is over and has been handled. */
  begin(): Promise<void>;
  /** The measured part has been sent, and a moment has passed. */
  finish(): Promise<Count>;
  end(): Promise<void>;
}

/** A client process that buys. */
export interface Buying {
  readonly pid: number;
  /** So many POSTs over 50 kept connections; resolves with the tool's own count when all have been answered. */
  buy(): Promise<number>;
  end(): Promise<void>;
}

export interface Tool {
  readonly name: ToolName;
  readonly label: string;
  /** Why it cannot be measured; null when it can. */
  readonly missing: string | null;
  /** Most viewers with which it keeps up on one core, here and there; the others hold what the row says. */
  readonly viewersAtMost: number;
  watch(job: WatchJob): Promise<Watching>;
  /** The process with nobody in it: what memory is counted from. Null: it holds more before its first viewer than with thousands. */
  readonly idle: ((server: BenchServer) => Promise<Watching>) | null;
}
