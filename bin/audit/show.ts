import { indented, joined } from '../../reports/console/blocks.ts';
import { renderLedger } from '../../reports/console/invariants.ts';
import { painter, printable, wrap } from '../../reports/console/text.ts';
import { counted } from '../../reports/format.ts';
import { EXIT, type ExitCode } from '../../sim/errors.ts';
import type { History } from '../../sim/ledger/history.ts';
import type { AuditResult } from './audit.ts';

interface ShowOptions {
  readonly exitCode: ExitCode;
  readonly history: History;
  readonly color: boolean;
  /** Columns of the terminal; less than 40 counts as 40. */
  readonly width: number;
}

/** The verdict, the invariants as a run shows them, and the notes; with a line break at its end. */
export function renderAudit(result: AuditResult, { exitCode, history, color, width }: ShowOptions): string {
  const paint = painter(color);
  const columns = Math.max(40, width);
  const { word, meaning, style } = verdictOf(result, exitCode);
  const about = `run ${history.runId} against ${history.target.name}`;
  const head = [`  ${paint(style, paint('bold', word))}  ${printable(about)}`, ...indented(meaning, columns)];
  const notes = result.notes.flatMap((note) =>
    wrap(printable(note), columns - 6).map((line, i) => `    ${i === 0 ? '-' : ' '} ${line}`),
  );
  const ledger = renderLedger(result, { color, width });
  const noted = notes.length === 0 ? '' : joined([[`  ${paint('bold', 'notes')}`, ...notes]]);
  return `${joined([head])}${ledger}${noted}`;
}

function verdictOf(
  { invariants }: AuditResult,
  exitCode: ExitCode,
): { word: string; meaning: string; style: 'green' | 'red' | 'yellow' } {
  const unknown = invariants.filter(({ status }) => status === 'unknown').length;
  if (exitCode === EXIT.invariantViolated) {
    return { word: '✗ VIOLATED', meaning: 'The backend broke an invariant: its books are wrong.', style: 'red' };
  }
  if (exitCode === EXIT.thresholdsFailed) {
    const meaning = `${counted(unknown, 'invariant', 'invariants')} could not be checked. Unknown is no pass; --waive accepts it by name.`;
    return { word: '? UNKNOWN', meaning, style: 'yellow' };
  }
  const meaning =
    invariants.length === 0
      ? 'There was nothing to check.'
      : `Every invariant that was checked was kept${unknown > 0 ? `; ${unknown} unknown, and accepted` : ''}.`;
  return { word: '✓ PASSED', meaning, style: 'green' };
}
