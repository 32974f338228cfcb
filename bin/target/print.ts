/** The check as a person reads it. Everything is masked before it comes here, or by `maskText`. */

import { styleText } from 'node:util';
import type { Exchange } from './exchange.ts';
import type { Measure, StepReport, StepStatus } from './report.ts';

const EXCERPT_CHARS = 300;

export interface PrintOptions {
  readonly color: boolean;
  /** Bodies and frames as a whole, and headers. */
  readonly verbose: boolean;
}

const COLORS = { ok: 'green', failed: 'red', unreachable: 'red', skipped: 'yellow' } as const;

export function stepLines(
  { name, status, detail, remedy, tookMs, exchanges }: StepReport,
  options: PrintOptions,
): string[] {
  return [
    `${name}`,
    ...exchanges.flatMap((exchange) => exchangeLines(exchange, options)).map((line) => `  ${line}`),
    `  ${colored(status, options)}: ${detail} (${tookMs} ms)`,
    ...(remedy === null ? [] : [`  -> ${remedy}`]),
    '',
  ];
}

export function measureLines(measures: readonly Measure[]): string[] {
  const wide = Math.max(...measures.map(({ what }) => what.length));
  return [
    'What a run can measure there:',
    ...measures.map(({ what, can, how }) => `  ${what.padEnd(wide)}  ${can.padEnd(8)}  ${how}`),
  ];
}

function exchangeLines(exchange: Exchange, options: PrintOptions): string[] {
  const cut = (text: string): string => (options.verbose ? text : excerpt(text));
  switch (exchange.kind) {
    case 'http': {
      const { method, url, headers, body, status, failure, answer, tookMs } = exchange;
      const shown = options.verbose ? Object.entries(headers).map(([name, value]) => `    ${name}: ${value}`) : [];
      const came = failure === null ? `${status}${answer ? ` ${cut(answer)}` : ''}` : failure;
      return [`> ${method} ${url}`, ...shown, ...(body ? [`    ${cut(body)}`] : []), `< ${came} (${tookMs} ms)`];
    }
    case 'line':
      return [exchange.text === '' ? `= line ${exchange.what}` : `= line ${exchange.what}: ${exchange.text}`];
    case 'frame':
      return [`${exchange.way === 'sent' ? '>>' : '<<'} ${cut(exchange.text)}`];
  }
}

/** On one line. */
function excerpt(text: string): string {
  const flat = text.replaceAll(/\s*\n\s*/g, ' ');
  return flat.length > EXCERPT_CHARS ? `${flat.slice(0, EXCERPT_CHARS)}... (${text.length} characters)` : flat;
}

function colored(status: StepStatus, { color }: PrintOptions): string {
  return color ? styleText(COLORS[status], status, { validateStream: false }) : status;
}
