import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../reports/console/text.ts';
import { renderPlanSummary } from '../../reports/plan/console.ts';
import { FIGURES } from '../../sim/plan-result.ts';
import type { PlanResult } from '../../sim/plan-result.ts';
import { band, emptyPlan, fullPlan, mapFigures, samplePlan } from '../fixtures/sample-plan.ts';

const files = { report: 'results/plan-creator-drop/report.html', plan: 'results/plan-creator-drop/plan.json' };

function linesOf(plan: PlanResult, width = 100): string[] {
  return renderPlanSummary(plan, { color: false, width, files }).split('\n');
}

/** The lines under a title, up to the next empty one. */
function blockOf(lines: readonly string[], title: string): string[] {
  const start = lines.findIndex((line) => line.startsWith(`  ${title}`));
  if (start < 0) return [];
  return lines.slice(start + 1, lines.indexOf('', start));
}

describe('the plan in the terminal', () => {
  const lines = linesOf(samplePlan());

  it('leads with what was played and by what', () => {
    expect(lines[1]).toBe('  PLAN  Creator drop: "3, 2, 1, link is up" every 15 minutes');
    expect(lines[2]).toBe('    Played by exact agents: 169,842 views a run are few enough to play each viewer.');
    expect(lines[3]).toBe('    6 h event · full size · 200 runs · seed 20240608 · took 14.2 s on 2 cores');
  });

  it('has every figure with its median and band, in four groups', () => {
    expect(lines).toContain('    Peak viewers ........ 9,874 viewers    9,612 to 10,133');
    expect(lines).toContain('    Peak at ............. 1:17:00          1:14:41 to 1:19:18');
    expect(lines).toContain('    Peak egress ......... 155 MB/s         146 MB/s to 164 MB/s');
    expect(lines).toContain('    Unpaid later ........ $0.00            no spread');
    const groups = ['audience', 'chat and fan-out', 'shop', 'money'].flatMap((title) => blockOf(lines, title));
    expect(groups.map((line) => line.trim().split(' ..')[0])).toEqual(
      expect.arrayContaining(Object.values(FIGURES).map(({ label }) => label)),
    );
  });

  it('draws viewers and orders over the event', () => {
    const [viewers, orders, axis] = blockOf(lines, 'medians over the event');
    expect(viewers).toMatch(/^ {4}viewers {2}[▁-█]{40,} {2}up to 9,874 at 1:29:24$/);
    expect(orders).toMatch(/^ {4}orders {3}[▁-█]{40,} {2}up to 4\.5\/s at /);
    expect(axis).toMatch(/0:00:00 +6:00:00$/);
  });

  it('names eight drops and counts the others', () => {
    const drops = blockOf(lines, 'drops');
    expect(drops).toContain('    0:15:00  drop:serum#1    215        no run  –');
    expect(drops).toContain('    0:30:00  drop:serum#2    215  55 % of runs  6.1 s (4.3 s to 7.9 s)');
    expect(drops.at(-1)).toBe('    and 12 more: 20 drops, 19 of them sold out in at least half of the runs');
    expect(drops).toHaveLength(10);
  });

  it('has endpoints, sizing, formulas, assumptions, files and what to do next', () => {
    const text = lines.join('\n');
    expect(text).toMatch(/checkout +8 +131\/s +112 to 150 +1,240 ms +0\.2 % +0\.1 to 0\.3 %/);
    expect(text).toMatch(/Checkout servers +12 servers +14 servers/);
    expect(text).toContain('Peak requests a second: 1,129/s; simulated 1,340/s (1,279 to 1,401), +18.7 %');
    expect(text).toContain('9 figures that nobody measured, 2 of them without a source');
    expect(text).toContain('and 2 more in the report');
    expect(text).toContain(`    plan     ${files.plan}`);
    expect(text).toContain(
      'flashcrowd run scenarios/creator-drop.ts --from 1h29m40s --for 1m --seed 20240608 --scale 0.2',
    );
    expect(text).toContain('flashcrowd plan scenarios/creator-drop.ts --sensitivity');
  });

  it('repeats scale and overrides in the commands', () => {
    const { plan, scenario } = samplePlan();
    const text = linesOf(
      samplePlan({ plan: { ...plan, scale: 0.5 }, scenario: { ...scenario, overrides: ['chat.rate=0.1/min'] } }),
    ).join('\n');
    expect(text).toContain('--runs 200 --engine agents --seed 20240608 --scale 0.5 --set chat.rate=0.1/min');
    expect(text).toMatch(/flashcrowd run .* --scale 0\.1 --set chat\.rate/);
  });

  it('repeats all that was asked besides when it says how to plan it again', () => {
    const { plan } = samplePlan();
    const asked = { sweep: 'products.serum.price=USD 20..USD 30:3', compareWith: 'other.ts', sensitivity: 0.1 };
    expect(linesOf(samplePlan({ plan: { ...plan, asked } })).join('\n')).toContain(
      "--seed 20240608 --sweep 'products.serum.price=USD 20..USD 30:3' --compare other.ts --sensitivity 10%",
    );
  });

  it('rehearses the minute with the most requests, whatever is paid then', () => {
    const { series } = samplePlan();
    const taps = series.rows.viewRequests.p50.map((_value, step) => (step === 100 ? 9999 : 1));
    const rows = { ...series.rows, viewRequests: { p05: taps, p50: taps, p95: taps } };
    // Step 100 begins at 1:00:00.
    expect(linesOf(samplePlan({ series: { ...series, rows } })).join('\n')).toContain('--from 59m40s --for 1m');
  });

  it('names outages, and drops for which nothing was left', () => {
    const { drops, cues } = samplePlan();
    const outage = { id: 'outage:checkout#1', kind: 'outage', label: 'checkout', atMs: 720_000, untilMs: 840_000 };
    const empty = { ...drops[0], soldOutShare: 1, soldOutAfterMs: band(0) };
    const sometimes = { ...drops[1], soldOutShare: 1, soldOutAfterMs: { ...band(6000), p025: 0, p05: 0 } };
    const told = linesOf(samplePlan({ cues: [...cues, outage], drops: [empty, sometimes] }));
    expect(blockOf(told, 'outages')).toEqual(['    checkout down 0:12:00 to 0:14:00']);
    expect(blockOf(told, 'drops').slice(1)).toEqual([
      '    0:15:00  drop:serum#1    215  100 % of runs  at once',
      '    0:30:00  drop:serum#2    215  100 % of runs  6 s (at once to 6.2 s)',
    ]);
    expect(blockOf(linesOf(samplePlan()), 'outages')).toEqual([]);
  });

  it('has no answer time for an endpoint that refused everything', () => {
    const [view] = samplePlan().endpoints;
    const down = { ...view, failedShare: band(1, 0), refusedShare: band(1, 0), p50Ms: null, p95Ms: null, p99Ms: null };
    expect(linesOf(samplePlan({ endpoints: [down] })).join('\n')).toMatch(
      /view .*1,180\/s .* – +100 % +no spread +100 %/,
    );
  });

  it('says that it was stopped', () => {
    const { plan } = samplePlan();
    const stopped = linesOf(samplePlan({ partial: { reason: 'SIGINT' }, plan: { ...plan, runsDone: 57 } }));
    expect(stopped).toContain('    PARTIAL: stopped after 57 of 200 runs because SIGINT');
  });
});

describe('what was asked besides, in the terminal', () => {
  it('is not there when it was not asked for', () => {
    const text = linesOf(samplePlan()).join('\n');
    for (const title of ['\n  sensitivity', '\n  sweep over', '\n  compared with']) expect(text).not.toContain(title);
  });

  it('ranks the assumptions', () => {
    const [, , ...rows] = blockOf(linesOf(fullPlan(), 120), 'sensitivity');
    expect(rows[0]).toMatch(/█{10} +Price of Hair serum, 60 ml \[S\] +±20 % +−20 % \/ \+20 % +none$/);
    expect(rows[3]).toMatch(/Followers \[d\] +±20 % +−8\.1 % \/ \+6\.2 % +−16\.4 % \/ \+17\.1 %$/);
  });

  it('shows at each value of a sweep what it moves most, as far as there is room, and names the rest', () => {
    const narrow = blockOf(linesOf(fullPlan(), 80), 'sweep over products.serum.stock');
    expect(narrow[0].trim().split(/ {2,}/).slice(0, 3)).toEqual(['value', 'GMV', 'Orders paid']);
    expect(narrow[1].trim().split(/ {2,}/).slice(0, 3)).toEqual(['1000', '$35,053', '1,018']);
    const wide = blockOf(linesOf(fullPlan(), 160), 'sweep over products.serum.stock');
    expect(wide[0].length).toBeGreaterThan(narrow[0].length);
    expect(wide.join('\n')).toContain('the same at every value: Unpaid later; Failed requests; p99, slowest endpoint');
    expect(wide.join('\n')).toContain('also different: ');
  });

  it('marks differences beyond chance, and keeps their bands on a narrow terminal', () => {
    const rows = blockOf(linesOf(fullPlan(), 80), 'compared with Creator drop, feed waves one hour later');
    expect(rows.filter((line) => line.startsWith('    ●  '))).toHaveLength(1);
    expect(rows.find((line) => line.includes(' GMV '))).toMatch(
      /●  GMV +\$134,331 +\+\$9,650\.00 +\+\$6,200\.00 to \+\$13,100$/,
    );
    expect(rows.find((line) => line.includes('Orders paid'))).toMatch(/^ {7}Orders paid +3,901 +\+120 +−20 to \+260$/);
    expect(rows.at(-1)).toContain('1 of 25 beyond chance');
  });
});

describe('every terminal', () => {
  const strained: [string, PlanResult][] = [
    ['a whole plan', samplePlan()],
    ['every question', fullPlan()],
    ['nobody came', emptyPlan()],
    ['questions about nothing', fullPlan({ ...emptyPlan(), sensitivity: [], sweep: { path: 'a', points: [] } })],
    ['figures that are not finite', samplePlan({ figures: mapFigures(() => band(NaN)) })],
    ['words that do not end', samplePlan({ notes: ['x'.repeat(300)], assumptions: ['y'.repeat(300)] })],
  ];

  it.each(strained)('%s: fits 20 to 120 columns, but for what is there to be copied', (_name, plan) => {
    for (const width of [20, 40, 80, 120]) {
      const wide = linesOf(plan, width).filter((line) => columnsOf(line) > Math.max(40, width));
      expect(wide.filter((line) => !/^ +(flashcrowd|report|plan) /.test(line))).toEqual([]);
    }
  });

  it.each(strained)('%s: nothing reads as NaN, undefined, null or Infinity', (_name, plan) => {
    expect(linesOf(plan, 120).join('\n')).not.toMatch(/\b(NaN|undefined|null|Infinity)\b/);
  });

  it('gets colours only when it asks for them, and the same words', () => {
    const plain = renderPlanSummary(fullPlan(), { color: false, width: 100 });
    const colored = renderPlanSummary(fullPlan(), { color: true, width: 100 });
    // oxlint-disable-next-line no-control-regex
    expect(plain).not.toMatch(/\u001b/);
    expect(colored).toContain('\u001b[1m');
    expect(stripVTControlCharacters(colored)).toBe(plain);
  });

  it('lets no text of others move the cursor', () => {
    const hostile = 'a\u001b[2J\u0007\r\nb\u202ec';
    const full = fullPlan();
    const text = renderPlanSummary(
      {
        ...full,
        scenario: { ...full.scenario, title: hostile, file: hostile, overrides: [hostile] },
        plan: { ...full.plan, engineReason: hostile, seed: hostile },
        partial: { reason: hostile },
        drops: full.drops.map((one) => ({ ...one, cueId: hostile })),
        sizing: full.sizing.map((one) => ({ ...one, label: hostile, unit: hostile, how: hostile })),
        formulas: full.formulas.map((one) => ({ ...one, label: hostile, worked: hostile, unit: hostile })),
        sensitivity: (full.sensitivity ?? []).map((one) => ({ ...one, label: hostile, tag: hostile })),
        sweep: { path: hostile, points: (full.sweep?.points ?? []).map((one) => ({ ...one, value: hostile })) },
        comparison: full.comparison && { ...full.comparison, title: hostile },
        assumptions: [hostile],
        notes: [hostile],
      },
      { color: false, width: 100 },
    );
    // oxlint-disable-next-line no-control-regex
    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f\u202e]/);
  });
});
