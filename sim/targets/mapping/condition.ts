/**
 * When a rule holds: `{ $.type: chat, $.kind: [a, b], $.id: exists, $.code: /^OUT/, $.left: '> 0', status: 409 | 4xx | 500-599 }`. All must
 * hold; of a list of conditions, any. Values are compared by their text, so that 409 is "409" as well.
 */

import { pathOf } from './path.ts';
import { valueOf, type Values } from './template.ts';

type Scalar = string | number | boolean | null;
/** By path (or `status`): what is expected there. */
type ConditionRules = Readonly<Record<string, Scalar | readonly Scalar[]>>;
export type Conditions = ConditionRules | readonly ConditionRules[];

type Test = (value: unknown) => boolean;

/** On a JSON value, and on the status of the answer that it came with. Throws Error for a condition that cannot be read. */
export function condition(rules: Conditions): (value: unknown, status?: number) => boolean {
  const any = listOf(rules).map(allOfThem);
  // Asked of every message of a room: most conditions are one.
  return any.length === 1 ? any[0] : (value, status) => any.some((holds) => holds(value, status));
}

/** On values of a template: `{ session.cart: exists }`. Throws Error for a condition that cannot be read. */
export function conditionOnValues(rules: Conditions): (values: Values) => boolean {
  const any = listOf(rules).map((each) =>
    Object.entries(each).map(([name, wanted]) => ({ get: valueOf(name), test: testOf(wanted) })),
  );
  return (values) => any.some((all) => all.every(({ get, test }) => test(get(values))));
}

/** Whether it looks into the JSON of an answer: `$` alone is also the text of one that is none. */
export function needsJson(rules: Conditions): boolean {
  return listOf(rules).some((each) => Object.keys(each).some((key) => key !== 'status' && key !== '$'));
}

function listOf(rules: Conditions): readonly ConditionRules[] {
  return Array.isArray(rules) ? (rules as readonly ConditionRules[]) : [rules as ConditionRules];
}

function allOfThem(rules: ConditionRules): (value: unknown, status?: number) => boolean {
  const onStatus = Object.entries(rules)
    .filter(([key]) => key === 'status')
    .map(([, wanted]) => statusTest(wanted));
  const onValue = Object.entries(rules)
    .filter(([key]) => key !== 'status')
    .map(([path, wanted]) => ({ get: pathOf(path), test: testOf(wanted) }));
  return (value, status) => {
    for (const test of onStatus) if (status === undefined || !test(status)) return false;
    for (const { get, test } of onValue) if (!test(get(value))) return false;
    return true;
  };
}

function testOf(wanted: Scalar | readonly Scalar[]): Test {
  if (typeof wanted === 'object' && wanted !== null) {
    const tests = wanted.map(scalarTest);
    return (value) => tests.some((test) => test(value));
  }
  return scalarTest(wanted as Scalar);
}

function scalarTest(wanted: Scalar): Test {
  if (wanted === 'exists') return (value) => value !== undefined && value !== null;
  if (wanted === 'missing') return (value) => value === undefined || value === null;
  if (wanted === null) return (value) => value === null;
  if (typeof wanted === 'string') {
    const pattern = /^\/(.+)\/([imsu]*)$/.exec(wanted);
    if (pattern) return patternTest(new RegExp(pattern[1], pattern[2]));
    const bound = /^(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)$/.exec(wanted);
    if (bound) return boundTest(bound[1], Number(bound[2]));
  }
  const text = String(wanted);
  return (value) => value === wanted || (isScalar(value) && String(value) === text);
}

function patternTest(pattern: RegExp): Test {
  return (value) => isScalar(value) && pattern.test(String(value));
}

function boundTest(sign: string, bound: number): Test {
  return (value) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number !== 'number') return false;
    if (sign === '<') return number < bound;
    if (sign === '<=') return number <= bound;
    return sign === '>' ? number > bound : number >= bound;
  };
}

function isScalar(value: unknown): boolean {
  return value !== undefined && value !== null && typeof value !== 'object';
}

/** `409`, `4xx`, `500-599`, or a list of them. Throws Error for anything else. */
function statusTest(wanted: Scalar | readonly Scalar[]): (status: number) => boolean {
  const ranges = (Array.isArray(wanted) ? (wanted as readonly Scalar[]) : [wanted as Scalar]).map(statusRange);
  return (status) => ranges.some(([from, to]) => status >= from && status <= to);
}

function statusRange(wanted: Scalar): readonly [number, number] {
  const text = String(wanted).trim();
  if (/^[1-5]\d\d$/.test(text)) return [Number(text), Number(text)];
  if (/^[1-5]xx$/i.test(text)) return [Number(text[0]) * 100, Number(text[0]) * 100 + 99];
  const range = /^([1-5]\d\d)\s*-\s*([1-5]\d\d)$/.exec(text);
  if (range) return [Number(range[1]), Number(range[2])];
  throw new Error(`"${text}" is no status: it is 409, 4xx or 500-599`);
}
