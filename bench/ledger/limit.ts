/** In a process of its own: `limit.ts FOLDER`. The limit of reading: JSON.parse of every line of the same files, and nothing else. */
import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cpuMsSince } from './cpu.ts';

const folder = process.argv[2];
const before = process.cpuUsage();
const startMs = performance.now();
let lines = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith('.ndjson'))) {
  let rest = '';
  for await (const chunk of createReadStream(join(folder, file), { encoding: 'utf8', highWaterMark: 1 << 18 })) {
    const whole = (rest + (chunk as string)).split('\n');
    rest = whole.pop() ?? '';
    for (const line of whole) {
      JSON.parse(line);
      lines++;
    }
  }
}
process.stdout.write(
  `${JSON.stringify({ allMs: performance.now() - startMs, cpuMs: cpuMsSince(before), lines, maxRssKib: process.resourceUsage().maxRSS })}\n`,
);
