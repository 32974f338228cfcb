import type { WireEvents } from './wire.ts';

/** Whom a line tells after its viewer has hung up. */
export const SILENT: WireEvents = {
  opened() {},
  recognised: () => false,
  scanned() {},
  message() {},
  closed() {},
};
