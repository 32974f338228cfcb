import type { Findings, PlayedWith } from './findings.ts';
import type { FleetFacts } from './fleet-facts.ts';
import { limitsOf } from './reach.ts';
import type { Tally } from './tally.ts';

const NOT_JUDGED =
  'Thresholds were not judged: the run is invalid, so the figures are those of the generator. `--allow-invalid` judges them all the same.';
const JUDGED_ALL_THE_SAME =
  'The run is invalid: its thresholds were judged because of `--allow-invalid`, on figures that are in part those of the generator.';

/** Processes of one machine may differ by this much when its clock is being corrected. */
const CLOCK_TOLERANCE_MS = 20;

/** False when messages arrived before they were published: then no lag is to be believed. */
export function clocksAgree({ leastLagMs }: Tally): boolean {
  return leastLagMs >= -CLOCK_TOLERANCE_MS;
}

/** False when a worker was cut off, or died, before it could account for the messages of its viewers. */
export function allAccounted(fleet: FleetFacts): boolean {
  return Array.from({ length: fleet.size }, (_, shard) => fleet.done(shard)).every((done) => done !== null);
}

/**
 * What the reader of a result should know. `outside`: thresholds about windows that were not played; `invalid`: the generator could not
 * keep up.
 */
export function notesOn(findings: Findings, outside: ReadonlySet<string>, invalid: boolean): string[] {
  const { options, warm, tally } = findings;
  const { compiled } = options;
  const said: string[] = [];
  if (compiled.scale !== 1) {
    said.push(
      `Scaled: audience, stock and batches were multiplied by ${compiled.scale}; what each viewer does was not changed.`,
    );
  }
  if (options.fromMs > 0) {
    said.push(
      `The window begins in the middle of the event. Its ${warm.snapshot.count} viewers and its stock were computed by playing the event up to there in the model world; they connected before the window, and that is not counted.`,
    );
  }
  said.push(
    'Network round trips are emulated: they delay what viewers do, and are not part of measured latencies or of chat lag.',
  );
  if (!allAccounted(findings.fleet)) {
    said.push(
      'A worker was cut off: what it had measured since its last whole second is missing, and delivery is not measured.',
    );
  }
  if (!clocksAgree(tally)) {
    said.push(
      `Lags are not measured: the clock of the backend is at least ${Math.round(-tally.leastLagMs)} ms ahead of that of this machine.`,
    );
  }
  if (options.fromMs > 0 && compiled.products.some((product) => product.perBuyer !== null)) {
    said.push(
      'What viewers bought before the window does not count against the limit per buyer: the shop begins without orders.',
    );
  }
  said.push(...findings.said, ...findings.clocks.notes);
  said.push(...limitsOf(findings.target));
  const byHand = findings.cues.filter(({ status }) => status === 'manual').length;
  if (byHand > 0 && findings.target.hosts.length > 0) {
    said.push(
      `The backend has no action for ${byHand} of the show's cues: whether they were carried out is not known.`,
    );
  }
  said.push(...outagesLeftOut(options));
  if (invalid && tally.rules.length > 0) said.push(options.allowInvalid ? JUDGED_ALL_THE_SAME : NOT_JUDGED);
  if (outside.size > 0) said.push(`Not judged, because their windows were not played: ${[...outside].join(', ')}.`);
  if (Object.keys(options.faults).length > 0) {
    said.push(`The shop was made to break on purpose: ${faultWords(options.faults)}.`);
  }
  if (findings.booksProblem !== null) said.push(`The books could not be read: ${findings.booksProblem}`);
  if (findings.historyLost > 0) said.push(historyIncomplete(findings.historyLost));
  said.push(...findings.ledger.problems);
  return said;
}

export function historyIncomplete(lostEvents: number): string {
  return `The history is incomplete: ${lostEvents} of its events could not be written (a full disk?). What the ledger cannot know is unknown.`;
}

/** A backend that is real is not broken. */
function outagesLeftOut({ compiled, fromMs, forMs }: PlayedWith): string[] {
  const inWindow = compiled.backend.outages.filter(
    (outage) => outage.fromMs < fromMs + forMs && outage.untilMs > fromMs,
  );
  const ids = [...new Set(inWindow.map((outage) => outage.id))];
  if (ids.length === 0) return [];
  const which = ids.length === 1 ? `${ids[0]} was` : `${ids.length} outages (${ids[0]} to ${ids.at(-1)}) were`;
  return [`${which} not played: a run does not break a real backend; \`flashcrowd plan\` plays outages.`];
}

function faultWords(faults: Readonly<Record<string, number | null>>): string {
  return Object.entries(faults)
    .map(([name, rate]) => (rate === null ? name : `${name} (${Number((rate * 100).toPrecision(3))} %)`))
    .join(', ');
}
