import { describe, expect, it } from 'vitest';
import { formatError, formatProblem } from '../../bin/fail.ts';
import { FlashcrowdError } from '../../sim/errors.ts';

const PLAIN = { color: false, debug: false };

describe('formatProblem', () => {
  it('says where, what, what was expected, and what may have been meant', () => {
    const problem = {
      file: 'drop.yaml',
      line: 12,
      column: 5,
      path: 'show[2].product',
      message: 'there is no product "serom"',
      expected: 'the id of a product',
      hint: 'did you mean "serum"?',
    };
    expect(formatProblem(problem)).toBe(
      'drop.yaml:12:5  show[2].product: there is no product "serom", expected the id of a product, did you mean "serum"?',
    );
  });

  it('leaves out what is not known', () => {
    expect(formatProblem({ file: 'drop.ts', path: 'duration', message: 'is missing' })).toBe(
      'drop.ts  duration: is missing',
    );
    expect(formatProblem({ path: '', message: 'is empty' })).toBe('is empty');
  });

  it('keeps the lines of a parser’s message under the problem', () => {
    expect(formatProblem({ path: '', message: 'unexpected }\n  3 | }' })).toBe('unexpected }\n      3 | }');
  });
});

describe('formatError', () => {
  it('shows every problem of a known error and its hint, and never a stack', () => {
    const error = new FlashcrowdError('SCENARIO_INVALID', 'drop.yaml has 2 problems', [
      { path: 'a', message: 'one' },
      { path: 'b', message: 'two' },
    ]);
    expect(formatError(error, { color: false, debug: true })).toBe(
      ['flashcrowd: drop.yaml has 2 problems', '  a: one', '  b: two', `${error.hint} [SCENARIO_INVALID]`, ''].join(
        '\n',
      ),
    );
  });

  it('calls anything else a bug, and shows its stack only when asked to', () => {
    const error = new TypeError('x is not a function');
    expect(formatError(error, PLAIN)).toContain('this is a bug in flashcrowd: x is not a function');
    expect(formatError(error, PLAIN)).not.toContain('    at ');
    expect(formatError(error, PLAIN)).toContain('FLASHCROWD_DEBUG=1');
    expect(formatError(error, { color: false, debug: true })).toContain('fail.test.ts');
    expect(formatError('just a string', PLAIN)).toContain('just a string');
  });

  it('colours the headline for terminals only', () => {
    const error = new FlashcrowdError('BAD_USAGE', 'no');
    const escape = String.fromCharCode(27);
    expect(formatError(error, PLAIN)).not.toContain(escape);
    expect(formatError(error, { color: true, debug: false }).startsWith(escape)).toBe(true);
  });
});
