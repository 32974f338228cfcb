/** How many viewers a second of the client's CPU connects: from the first handshake to the last welcome. */
import { cpuSeconds, sleep } from '../processes.ts';
import type { Tool } from '../tools/tool.ts';
import { viewersOf, withViewers } from '../tools/with-viewers.ts';
import type { Rows, TableHead } from './rows.ts';

const VIEWERS = 5000;
const GENTLE_VIEWERS = 1000;
/** The server sees a viewer before the viewer has read its welcome. */
const SETTLE_MS = 100;

export const CONNECT_HEAD: TableHead = {
  title: 'Connections',
  about: `${VIEWERS.toLocaleString('en-US')} viewers, from the first handshake until all have been welcomed; flashcrowd, \`ws\` and C have 64 handshakes under way, the others as many as they like.`,
  unit: 'connections per CPU-second',
  digits: 0,
};

export async function connect(tool: Tool, rows: Rows): Promise<void> {
  const viewers = tool.name === 'artillery' ? GENTLE_VIEWERS : VIEWERS;
  await withViewers(viewersOf(tool, { viewers, rooms: 1, probeShare: 1 }), async (watching) => {
    const before = cpuSeconds(watching.pid);
    await watching.connect();
    await sleep(SETTLE_MS);
    const used = cpuSeconds(watching.pid) - before;
    rows.add('connect', tool.name, tool.label, viewers / used, `${viewers.toLocaleString('en-US')} viewers`);
  });
}
