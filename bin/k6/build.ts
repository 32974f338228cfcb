import { makeEvent, readSource } from './event.ts';
import { writeEvent } from './files.ts';
import type { EventOptions } from './options.ts';

/** Writes the script and its data, and says what else is to be known. */
export async function buildK6(written: string, options: EventOptions & { readonly out: string }): Promise<void> {
  const { event, files, thresholdsLeft } = await makeEvent(await readSource(written, options), options, null);
  await writeEvent(options.out, files);
  const { vus, expectedPeakViewers, secretsLeft } = event.fleet;
  const lines = [
    `Wrote ${options.out}: ${vus} VUs for a peak of ${expectedPeakViewers} viewers.`,
    ...(thresholdsLeft.length > 0
      ? [`Judged in the report of a coordinator, and not by k6: ${thresholdsLeft.join(', ')}.`]
      : []),
    ...(secretsLeft
      ? ['Secrets stand in event.json (accounts, or what no variable says): keep the folder to yourself.']
      : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
