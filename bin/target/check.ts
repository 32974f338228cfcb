import { EXIT, FlashcrowdError, type ExitCode } from '../../sim/errors.ts';
import { HttpClients } from '../../sim/run/http-clients.ts';
import { tlsSettings } from '../../sim/run/tls-settings.ts';
import { userAgent } from '../../sim/run/user-agent.ts';
import { createDialer } from '../../sim/run/wire/dialer.ts';
import type { Secrets } from '../../sim/targets/config/secrets.ts';
import { createTarget } from '../../sim/targets/index.ts';
import type { Target, TargetConfig } from '../../sim/targets/combine.ts';
import type { TargetOptions } from '../run/target-options.ts';
import { realSurroundings, resolveSpecs, type Surroundings } from '../run/target.ts';
import { packageVersion } from '../version.ts';
import type { Exchange } from './exchange.ts';
import { learnSecrets, maskHeaders, maskText } from './masking.ts';
import { measuresOf } from './measures.ts';
import { measureLines, stepLines } from './print.ts';
import type { CheckReport, StepReport } from './report.ts';
import { Walk } from './walk.ts';

/** The options of `flashcrowd target check`, as commander hands them over. */
export interface CheckOptions extends TargetOptions {
  readonly product?: string;
  readonly room: string;
  readonly setup?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

const CONNECTIONS = 2;

export interface CheckOutput {
  readonly color: boolean;
  print(text: string): void;
}

/** Walks one viewer through the target and shows how it went. Returns the exit code of the command. */
export async function checkTarget(
  specs: readonly string[],
  options: CheckOptions,
  { color, print }: CheckOutput,
  around: Surroundings = realSurroundings,
): Promise<ExitCode> {
  const { config, secrets, hosts } = await resolveSpecs(specs, options, options.room, around);
  const target = await createTarget(config);
  const tell = (lines: readonly string[]): void => {
    if (!options.json) print(`${lines.join('\n')}\n`);
  };
  const report = await walk({ target, config, hosts }, options, secrets, (step) =>
    tell(stepLines(step, { color, verbose: options.verbose === true })),
  );
  if (report.measures.length > 0) tell([...measureLines(report.measures), '']);
  tell([verdictOf(report)]);
  if (options.json) print(`${JSON.stringify(report, null, 2)}\n`);
  return exitCodeOf(report);
}

async function walk(
  { target, config, hosts }: { target: Target; config: TargetConfig; hosts: readonly string[] },
  { room, product, setup }: CheckOptions,
  secrets: Secrets,
  onStep: (step: StepReport) => void,
): Promise<CheckReport> {
  const tls = tlsSettings(config);
  const agent = userAgent(packageVersion());
  const http = new HttpClients(CONNECTIONS, { tls, userAgent: agent, hosts });
  const dialer = createDialer({ tls, userAgent: agent });
  const productId = product ?? productOf(config);
  if (setup === true && productId === null) throw withoutProduct();
  const steps: StepReport[] = [];
  const whole = new Walk(
    { target, http, dialer, hosts },
    {
      roomId: room,
      productId,
      setup: setup === true,
      onStep: (step) => {
        // What the backend gave the viewer in this step is in its exchanges, too.
        learnSecrets(whole.viewer, secrets);
        steps.push(masked(step, secrets));
        onStep(steps[steps.length - 1]);
      },
    },
  );
  try {
    await whole.run();
  } finally {
    await http.destroy();
  }
  const ok = steps.every(({ status }) => status === 'ok' || status === 'skipped');
  // Of what was never met, nothing is known.
  const met = steps[0]?.status !== 'unreachable';
  return { target: secrets.mask(target.name), ok, steps, measures: met ? measuresOf(target, whole.findings) : [] };
}

/** The first that the target file has a name for. */
function productOf({ parts }: TargetConfig): string | null {
  const products = parts.flatMap(({ options }) => Object.keys((options as { products?: object }).products ?? {}));
  return products[0] ?? null;
}

function masked(step: StepReport, secrets: Secrets): StepReport {
  const text = (written: string): string => maskText(written, secrets);
  const exchange = (each: Exchange): Exchange => {
    if (each.kind !== 'http') return { ...each, text: text(each.text) };
    const { url, headers, body, answer } = each;
    return {
      ...each,
      url: text(url),
      headers: maskHeaders(headers, secrets),
      body: body === null ? null : text(body),
      answer: answer === null ? null : text(answer),
    };
  };
  return { ...step, detail: text(step.detail), exchanges: step.exchanges.map(exchange) };
}

/** A mapping that does not fit is the user's configuration to mend. */
function exitCodeOf({ ok, steps }: CheckReport): ExitCode {
  if (ok) return EXIT.passed;
  return steps.some(({ status }) => status === 'unreachable') ? EXIT.targetUnreachable : EXIT.invalidConfig;
}

function verdictOf({ ok, steps }: CheckReport): string {
  const bad = steps.filter(({ status }) => status === 'failed' || status === 'unreachable').map(({ name }) => name);
  const skipped = steps.filter(({ status }) => status === 'skipped').map(({ name }) => name);
  if (!ok) return `The target does not fit yet: ${bad.join(', ')}.`;
  return skipped.length === 0
    ? 'Every step went as it should.'
    : `Every step went as it should; not tried: ${skipped.join(', ')}.`;
}

function withoutProduct(): FlashcrowdError {
  const problem = { path: '--setup', message: 'prepares a show with one product', expected: '--product <id>: which' };
  return new FlashcrowdError('BAD_USAGE', 'No product is named.', [problem]);
}
