import type { Exchange } from './exchange.ts';

/** Who gets which connection. */
export interface Connections {
  /** Has it carried: at once, or as soon as there is a connection for it. Sets its `queuedMs` by then. */
  take(exchange: Exchange): void;
  /** The viewer is gone and asks for nothing more. What it has asked for goes on. */
  left(viewer: number): void;
  /** Ends everything; resolves when the connections are closed. Nothing is taken after it. */
  destroy(): Promise<void>;
}
