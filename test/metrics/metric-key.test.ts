import { describe, expect, it } from 'vitest';
import { type KnownTagValues, parseMetricKey, ThresholdSyntaxError } from '../../sim/metrics/metric-key.ts';

const KNOWN: KnownTagValues = { during: ['drop:serum', 'drop:serum#2'], room: ['main'], persona: ['fan'], product: [] };

function refusal(text: string, known?: KnownTagValues): ThresholdSyntaxError {
  try {
    parseMetricKey(text, known);
  } catch (error) {
    if (error instanceof ThresholdSyntaxError) return error;
    throw error;
  }
  throw new Error(`"${text}" was accepted`);
}

describe('metric keys', () => {
  it('reads a bare name', () => {
    expect(parseMetricKey('chat_lag')).toEqual({ text: 'chat_lag', name: 'chat_lag', tags: [] });
  });

  it('keeps colons in values and drops spaces', () => {
    expect(parseMetricKey(' chat_lag { during : drop:serum#2 , room:main } ')).toEqual({
      text: 'chat_lag{during:drop:serum#2,room:main}',
      name: 'chat_lag',
      tags: [
        { tag: 'during', value: 'drop:serum#2' },
        { tag: 'room', value: 'main' },
      ],
    });
  });

  it.each([
    ['chat_lagg', 'there is no metric "chat_lagg"', 'did you mean "chat_lag"?'],
    ['constructor', 'there is no metric "constructor"', undefined],
    ['', 'the metric has no name', undefined],
    ['chat_lag{during:drop:serum', '"chat_lag{during:drop:serum" is not a metric', undefined],
    ['chat_lag{}', 'there is no tag ""', undefined],
    ['chat_lag{room:main}{room:main}', '"chat_lag{room:main}{room:main}" is not a metric', undefined],
    ['chat_lag{rom:main}', 'there is no tag "rom"', 'did you mean "room"?'],
    ['chat_lag{toString:main}', 'there is no tag "toString"', undefined],
    ['chat_lag{room}', 'the tag "room" has no value', undefined],
    ['chat_lag{room: }', 'the tag "room" has no value', undefined],
    ['chat_lag{product:serum}', 'chat_lag has no tag "product"', undefined],
    ['viewers{room:main}', 'viewers has no tag "room"', undefined],
    [
      'chat_lag{room:a,room:b}',
      'the tag "room" appears twice in "chat_lag{room:a,room:b}"',
      expect.stringContaining('all tags must match'),
    ],
  ])('refuses %s', (text, message, hint) => {
    const error = refusal(text);
    expect(error.message).toBe(message);
    expect(error.hint).toEqual(hint);
    expect(error.expected).not.toBe('');
  });

  it('checks values against those of the scenario when it has them', () => {
    expect(parseMetricKey('chat_lag{during:drop:serum#2}', KNOWN).tags).toHaveLength(1);
    expect(refusal('chat_lag{during:drop:serun}', KNOWN)).toMatchObject({
      message: 'the scenario has no during "drop:serun"',
      expected: 'one of drop:serum, drop:serum#2',
      hint: 'did you mean "drop:serum"?',
    });
    expect(refusal('orders{product:x}', KNOWN).expected).toContain('the scenario has none');
    const many = Array.from({ length: 20 }, (_, i) => `room${i}`);
    expect(refusal('orders{room:x}', { ...KNOWN, room: many }).expected).toMatch(/room7, and 12 more$/);
  });
});
