import { condition } from '../mapping/condition.ts';
import { jsonTemplate, textTemplate, type Values } from '../mapping/template.ts';
import type { RoomMessage } from '../target.ts';
import type { JsonOptions } from './options.ts';

type Emit = (message: RoomMessage) => void;
type Written = NonNullable<JsonOptions['answers']>[number];

/** What the backend's protocol wants answered, by rules of the target file. */
interface Answers {
  /** True when the frame as a whole is one that is answered. */
  toFrame(text: string, emit: Emit): boolean;
  toMessage(value: unknown, emit: Emit): void;
  /** `what`: the word of the message of kind `ask`. `values`: with the message that is answered as `message`. */
  answer(what: string, values: Values): string;
}

/** Throws Error for rules that cannot be read. */
export function answersTo(written: readonly Written[]): Answers {
  const answers = written.map(({ when, frame, json, text }, index) => ({
    what: String(index),
    frame,
    holds: when === undefined ? () => false : condition(when),
    render: text === undefined ? asJson(json) : textTemplate(text),
  }));
  return {
    toFrame: (text, emit) => {
      const found = answers.find(({ frame }) => frame === text);
      if (found) emit({ kind: 'ask', what: found.what });
      return found !== undefined;
    },
    toMessage: (value, emit) => {
      for (const { what, holds } of answers) {
        if (holds(value)) emit({ kind: 'ask', what, data: JSON.stringify(value) });
      }
    },
    answer: (what, values) => answers[Number(what)].render(values),
  };
}

function asJson(written: unknown): (values: Values) => string {
  const json = jsonTemplate(written);
  return (values) => JSON.stringify(json(values));
}
