/** Memory of the client for every viewer who is connected and hears nothing. */
import { rssKiB, sleep } from '../processes.ts';
import type { Tool } from '../tools/tool.ts';
import { viewersOf, withViewers } from '../tools/with-viewers.ts';
import type { Rows, TableHead } from './rows.ts';

const VIEWERS = 10_000;
const SETTLE_MS = 4000;

export const MEMORY_HEAD: TableHead = {
  title: 'Memory of an idle viewer',
  about: `Resident memory with ${VIEWERS.toLocaleString('en-US')} viewers connected and quiet, less that of the process with none, for each viewer. As it is: nobody asks for a garbage collection. Not for Artillery, whose memory with thousands of viewers is less than after its start.`,
  unit: 'KiB a viewer',
  digits: 2,
};

export async function memory(tool: Tool, idle: NonNullable<Tool['idle']>, rows: Rows): Promise<void> {
  const base = await withViewers(idle, async ({ pid }) => rssKiB(pid));
  await withViewers(viewersOf(tool, { viewers: VIEWERS, rooms: 1, probeShare: 1 }), async (watching) => {
    await watching.connect();
    await watching.go();
    await sleep(SETTLE_MS);
    const whole = rssKiB(watching.pid);
    const mib = (kib: number): string => (kib / 1024).toFixed(0);
    rows.add(
      'memory',
      tool.name,
      tool.label,
      (whole - base) / VIEWERS,
      `${mib(base)} MiB before, ${mib(whole)} MiB with them`,
    );
  });
}
