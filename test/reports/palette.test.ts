import { describe, expect, it } from 'vitest';
import { DARK, LIGHT, LINE_COLORS, TEXT_PAIRS } from '../../reports/html/palette.ts';
import { contrast } from './contrast.ts';

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
])('the %s palette', (_name, palette) => {
  it.each(TEXT_PAIRS)('%s on %s can be read (4.5:1)', (text, ground) => {
    expect(contrast(palette[text], palette[ground])).toBeGreaterThanOrEqual(4.5);
  });

  it.each(LINE_COLORS)('a %s line can be seen on the panel (3:1)', (line) => {
    expect(contrast(palette[line], palette.panel)).toBeGreaterThanOrEqual(3);
  });
});
