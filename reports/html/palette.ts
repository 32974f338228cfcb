/**
 * The colours of the page, once for light and once for dark. A test computes the contrast of every pair in `TEXT_PAIRS`
 * (at least 4.5:1, WCAG AA) and of the lines of the charts (at least 3:1). The hues of the lines follow Okabe and Ito,
 * darkened or lightened for the background, and stay apart for all common kinds of colour blindness.
 */

export type ColorName =
  | 'paper'
  | 'panel'
  | 'ink'
  | 'soft'
  | 'rule'
  | 'grid'
  | 'accent'
  | 'good'
  | 'good-ink'
  | 'bad'
  | 'bad-ink'
  | 'doubt'
  | 'doubt-ink'
  | 'good-text'
  | 'bad-text'
  | 'doubt-text'
  | 'cue'
  | 'blue'
  | 'orange'
  | 'green'
  | 'purple'
  | 'sky'
  | 'gray';

export type Palette = Readonly<Record<ColorName, string>>;

export const LIGHT: Palette = {
  paper: '#f7f7f5',
  panel: '#ffffff',
  ink: '#16191d',
  soft: '#5a6068',
  rule: '#dcdcd6',
  grid: '#ecece8',
  accent: '#0b5c9e',
  good: '#0f6b4f',
  'good-ink': '#ffffff',
  bad: '#a6261d',
  'bad-ink': '#ffffff',
  doubt: '#f0c14b',
  'doubt-ink': '#231a00',
  'good-text': '#0f6b4f',
  'bad-text': '#a6261d',
  'doubt-text': '#7a5500',
  cue: '#6b4a9c',
  blue: '#0b6bb5',
  orange: '#c25400',
  green: '#00805b',
  purple: '#a83a7d',
  sky: '#3a8fc4',
  gray: '#868d96',
};

export const DARK: Palette = {
  paper: '#111417',
  panel: '#181c20',
  ink: '#e9ebed',
  soft: '#a3abb4',
  rule: '#2e343b',
  grid: '#242a30',
  accent: '#7cc0f5',
  good: '#12674d',
  'good-ink': '#ffffff',
  bad: '#a3302a',
  'bad-ink': '#ffffff',
  doubt: '#d9a92e',
  'doubt-ink': '#1d1500',
  'good-text': '#4fd0a2',
  'bad-text': '#ff8f84',
  'doubt-text': '#f0c763',
  cue: '#c0a2f2',
  blue: '#5ab4f0',
  orange: '#f0934a',
  green: '#35c795',
  purple: '#e58bc0',
  sky: '#9bd3f7',
  gray: '#8b949e',
};

/** Text and what it stands on. */
export const TEXT_PAIRS: readonly (readonly [text: ColorName, ground: ColorName])[] = [
  ['ink', 'paper'],
  ['ink', 'panel'],
  ['soft', 'paper'],
  ['soft', 'panel'],
  ['accent', 'paper'],
  ['accent', 'panel'],
  ['good-ink', 'good'],
  ['bad-ink', 'bad'],
  ['doubt-ink', 'doubt'],
  ['good-text', 'panel'],
  ['bad-text', 'panel'],
  ['doubt-text', 'panel'],
  ['cue', 'panel'],
];

/** The lines of the charts, in the order in which products take them. */
export const LINE_COLORS: readonly ColorName[] = ['blue', 'orange', 'green', 'purple', 'sky', 'gray'];

function declarations(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, value]) => `--${name}:${value};`)
    .join('');
}

/** Custom properties for both themes: the system's choice, unless `data-theme` on the root says otherwise. */
export function paletteCss(): string {
  return [
    `:root{color-scheme:light;${declarations(LIGHT)}}`,
    `@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${declarations(DARK)}}}`,
    `:root[data-theme=dark]{color-scheme:dark;${declarations(DARK)}}`,
    `@media print{:root:root{color-scheme:light;${declarations(LIGHT)}}}`,
  ].join('\n');
}
