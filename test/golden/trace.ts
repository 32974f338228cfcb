import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import { ANSWER, INTENT, type AnswerKind, type IntentKind } from '../../sim/crowd/intents.ts';
import { YesWorld } from '../crowd/yes-world.ts';

/**
 * Everything that the crowd of a shard means to do, in its order: `kind viewer dueMs arg arg2`. A number that differs in its last bit is another
 * text. Pure, for it runs in k6, too.
 */
export function traceOf(scenario: CompiledScenario, shard: number, shards: number): string[] {
  const { trace } = new MixedWorld(scenario, shard, shards).play(1000);
  return trace.map(({ kind, viewer, dueMs, arg, arg2 }) => `${kind} ${viewer} ${exact(dueMs)} ${exact(arg)} ${arg2}`);
}

/** `-0` is another number than `0`, and has the same text. */
function exact(value: number): string {
  return Object.is(value, -0) ? '-0' : `${value}`;
}

/** A line is not made, or a step of a purchase fails, now and then: by who it is and for the how-manieth time, so that it is the same in all shards. */
class MixedWorld extends YesWorld {
  override intent(kind: IntentKind, row: number, dueMs: number, arg: number, arg2: number): void {
    super.intent(kind, row, dueMs, arg, arg2);
    if (kind !== INTENT.enter) return;
    const { rows } = this.crowd;
    if ((rows.index[row] + arg) % 5 === 0) this.crowd.lost(row, dueMs);
    else this.crowd.joined(row);
  }

  protected override answerTo(row: number, attempt: number): AnswerKind {
    const luck = (this.crowd.rows.index[row] + attempt) % 7;
    if (luck === 0) return ANSWER.unsure;
    return luck === 1 ? ANSWER.no : ANSWER.ok;
  }
}

/** What is kept of the traces of an event. */
export interface TraceDigest {
  readonly intents: number;
  /** SHA-256 of the whole crowd's, in order. */
  readonly inOrder: string;
  /** Of those of three shards together, see `asSet`. */
  readonly ofShards: string;
}

const SHARDS = 3;

/** `sha256`: of a text, as hexadecimal digits. */
export function traceDigest(scenario: CompiledScenario, sha256: (text: string) => string): TraceDigest {
  const whole = traceOf(scenario, 0, 1);
  const parts = Array.from({ length: SHARDS }, (_, shard) => traceOf(scenario, shard, SHARDS));
  return { intents: whole.length, inOrder: sha256(whole.join('\n')), ofShards: sha256(asSet(parts.flat())) };
}

/** The lines in an order that does not depend on who plays which. */
export function asSet(lines: readonly string[]): string {
  return lines.toSorted().join('\n');
}
