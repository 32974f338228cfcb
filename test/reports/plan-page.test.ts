import { describe, expect, it } from 'vitest';
import { renderPlanHtml } from '../../reports/plan/page.ts';
import { FIGURES, FIGURE_NAMES } from '../../sim/plan-result.ts';
import type { Fan, PlanResult, PlanRow, SweepPoint } from '../../sim/plan-result.ts';
import { band, emptyPlan, fullPlan, mapFigures, samplePlan } from '../fixtures/sample-plan.ts';
import { chartData, sectionOf, strip, visibleText } from './page-text.ts';

const page = renderPlanHtml(samplePlan());
const fullPage = renderPlanHtml(fullPlan());

function card(id: string): string {
  const match = new RegExp(`data-figure="${id}">(.*?)</div>`, 's').exec(page);
  if (!match) throw new Error(`no card ${id}`);
  return visibleText(match[1]).trim();
}

describe('the figures of the page', () => {
  it('stand on cards with their unit and their band', () => {
    expect(card('peakViewers')).toBe('Peak viewers 9,874 viewers 9,612 to 10,133, at 1:17:00');
    expect(card('peakEgressBytesPerSec')).toBe('Peak egress 155 MB/s 146 MB/s to 164 MB/s');
    expect(card('gmvMinor')).toBe('GMV $124,381 $124,190 to $124,500');
    expect(card('peakOrdersPerSec')).toBe('Peak orders 64 /s 50 to 78');
  });

  it('are all in the table, with what they mean', () => {
    const text = visibleText(sectionOf(page, 'figures'));
    for (const name of FIGURE_NAMES) expect(text).toContain(`${FIGURES[name].label} ${FIGURES[name].meaning}`);
    expect(text).toContain('$9,947.00 $9,449.65 to $10,444 $9,996.74');
  });

  it('say of each drop, endpoint, sizing line and formula what the plan says', () => {
    const drops = visibleText(sectionOf(page, 'drops'));
    expect(drops).toContain('Hair serum, 60 ml drop:serum#2 0:30:00 215 55 % of runs 6.1 s 4.3 s to 7.9 s');
    expect(drops).toContain('drop:serum#1 0:15:00 215 0 % of runs – ');
    expect(visibleText(sectionOf(page, 'endpoints'))).toContain(
      'checkout 8 3,144 3,051 to 3,237 131/s 112 to 150 31 ms 84 ms 1,240 ms 0.2 % 0.1 to 0.3 %',
    );
    expect(visibleText(sectionOf(page, 'sizing'))).toContain('Checkout servers 12 servers 14 servers peak of 131/s');
    expect(visibleText(sectionOf(page, 'formulas'))).toMatch(/1,129\/s 1,340\/s 1,279 to 1,401 \+18\.7 %/);
  });

  it('name the engine and what is assumed', () => {
    const text = visibleText(page);
    expect(text).toContain('Played by exact agents: 169,842 views a run are few enough to play each viewer.');
    for (const assumption of samplePlan().assumptions) expect(text).toContain(assumption);
    expect(text).toContain('plan scenarios/creator-drop.ts --runs 200 --engine agents --seed 20240608');
  });
});

describe('the charts', () => {
  it('have the median and the band of a row, and money in whole units', () => {
    const { rows, stockLeft } = samplePlan().series;
    const data = chartData(page);
    const viewers = strip(data, 'viewers').lines[0];
    expect(viewers.values).toEqual(rows.viewers.p50);
    expect(viewers.band).toEqual({ low: rows.viewers.p05, high: rows.viewers.p95 });
    expect(strip(data, 'requests').lines.map((line) => line.band)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(strip(data, 'gmv').lines[0].values[25]).toBeCloseTo(rows.gmvMinor.p50[25] / 100, 3);
    expect(strip(data, 'stock').lines[0].band?.high).toEqual(stockLeft.serum.p95);
  });

  it('leave out lag that never changes, and queues and failures that never happen', () => {
    const whole = samplePlan();
    const ids = (plan: PlanResult): string[] => chartData(renderPlanHtml(plan)).strips.map(({ id }) => id);
    expect(ids(whole)).toEqual(expect.arrayContaining(['chat-lag', 'wait', 'failed']));
    const level = (value: number): Fan => {
      const row = whole.series.rows.viewers.p50.map(() => value);
      return { p05: row, p50: row, p95: row };
    };
    const rows = { ...whole.series.rows, chatLagMs: level(44), waitMs: level(0), failedRequests: level(0) };
    const quiet = ids({ ...whole, series: { ...whole.series, rows } });
    expect(quiet).not.toEqual(expect.arrayContaining(['chat-lag']));
    expect(quiet.filter((id) => id === 'wait' || id === 'failed')).toEqual([]);
  });

  it('say in words what they show', () => {
    expect(page).toContain(
      'aria-label="Viewers, at once. there: median from 0 to 858, highest 9,874 at 1:29:24, in nine of ten runs 9,578 to 10,170 there."',
    );
  });

  it('mark both ends of an outage', () => {
    const outage = { id: 'outage:all#1', kind: 'outage', label: 'all', atMs: 720_000, untilMs: 840_000 };
    const down = renderPlanHtml(samplePlan({ cues: [outage] }));
    expect(chartData(down).marks).toEqual([
      { atMs: 720_000, label: 'all down', group: 'outage', strong: true },
      { atMs: 840_000, label: 'all up', group: 'outage', strong: true },
    ]);
    expect(visibleText(sectionOf(down, 'endpoints'))).toContain('Outages: all endpoints down 0:12:00 to 0:14:00.');
    expect(visibleText(sectionOf(down, 'setup'))).toContain('all endpoints down 0:12:00 to 0:14:00');
  });

  it('take up a thousand cues under one entry a kind, not drawn until asked for', () => {
    const cues = Array.from({ length: 1000 }, (_unused, index) => ({
      id: `pin:p${index}`,
      kind: index % 100 === 0 ? 'drop' : 'pin',
      label: `Pin ${index}`,
      atMs: index * 21_000,
      untilMs: null,
    }));
    const crowded = renderPlanHtml(samplePlan({ cues }));
    expect(chartData(crowded).marks).toHaveLength(1000);
    expect(
      [...crowded.matchAll(/<input type="checkbox"(.*?)data-group="(\w+)"/g)].map((m) => [m[2], m[1].trim()]),
    ).toEqual([
      ['drop', 'checked'],
      ['pin', ''],
    ]);
  });
});

describe('what was asked besides', () => {
  it('is not there when it was not asked for', () => {
    for (const id of ['sensitivity', 'sweep', 'comparison']) {
      expect(page).not.toContain(`id="${id}"`);
      expect(page).not.toContain(`href="#${id}"`);
      expect(fullPage).toContain(`href="#${id}"`);
    }
  });

  it('ranks assumptions by what they move, the largest bar over half of the width', () => {
    const part = sectionOf(fullPage, 'sensitivity');
    const labels = [...part.matchAll(/<code class="minor path">(.*?)<\/code>/g)].map((match) => match[1]);
    expect(labels.slice(0, 3)).toEqual(['products.serum.price', 'products.serum.stock', 'personas.fan.funnel.cart']);
    expect(part).toContain('class="lowered" style="left:0.00%;width:50.00%"');
    expect(part).toContain('class="raised" style="left:50.00%;width:50.00%"');
    // Raised reaction times sell less: its bar stands on the other side.
    expect(visibleText(part)).toMatch(/personas\.fan\.reaction lowered \+1\.1 % \/ raised −1\.3 %/);
  });

  it('draws a sweep as pictures with words and as a table', () => {
    const part = sectionOf(fullPage, 'sweep');
    expect(part).toMatch(
      /aria-label="GMV over products\.serum\.stock, medians: \$35,053 at 1000, .*\$136,819 at 10000\."/,
    );
    // GMV, orders and the seven that differ most.
    expect(part.match(/<svg/g)).toHaveLength(9);
    expect(visibleText(part)).toMatch(/ 1000 \$35,053 \$34,999 to \$35,086 1,018 /);
    expect(visibleText(part)).toContain(
      'The same at every value: Unpaid later; Failed requests; p99, slowest endpoint.',
    );
  });

  it.each([
    ['one value', ['4000']],
    ['names', ['small', 'large', 'small again']],
    ['equal values', ['1', '1']],
  ])('draws a sweep over %s inside its picture', (_name, values) => {
    const points: SweepPoint[] = values.map((value) => ({
      value,
      figures: mapFigures(() => band(0)),
      soldOutShare: null,
      soldOutAfterMs: null,
      failedShare: band(0),
      slowestP99Ms: null,
    }));
    const part = sectionOf(renderPlanHtml(fullPlan({ sweep: { path: 'a.b', points } })), 'sweep');
    const xs = [...part.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map((match) => Number(match[1]));
    expect(xs).toHaveLength(values.length * 2);
    expect(xs.every((x) => x > 80 && x < 340)).toBe(true);
    expect(part).not.toContain('NaN');
  });

  it('marks in a comparison what differs by more than chance', () => {
    const rows = sectionOf(fullPage, 'comparison').match(/<tr>.*?<\/tr>/gs) ?? [];
    const differing = rows.filter((row) => row.includes('differs')).map(visibleText);
    expect(differing).toHaveLength(1);
    expect(differing[0]).toContain('GMV $124,381 $134,331 +$9,650.00 +$6,200.00 to +$13,100');
  });

  it('does not subtract one currency from another', () => {
    const { comparison } = fullPlan();
    const other = comparison === null ? null : { ...comparison, currency: 'CNY' };
    const text = visibleText(sectionOf(renderPlanHtml(fullPlan({ comparison: other })), 'comparison'));
    expect(text).toContain('GMV $124,381 CN¥134,331 – two currencies –');
    expect(text).not.toContain('differs');
  });
});

describe('long tables', () => {
  const [product] = samplePlan().products;
  const products = Array.from({ length: 439 }, (_unused, index) => ({
    ...product,
    productId: `p${index}`,
    title: `Product ${index}`,
    gmvMinor: band(index * 100),
  }));
  const long = renderPlanHtml(samplePlan({ products }));

  it('show twenty rows, those with the most GMV, and fold the rest', () => {
    const [shown, folded] = sectionOf(long, 'products').split('<details');
    expect(shown.match(/<code class="minor">p\d+/g)).toHaveLength(20);
    expect(shown).toContain('Product 438');
    expect(folded).toContain('419 more');
    expect(folded.match(/<code class="minor">p\d+/g)).toHaveLength(419);
  });

  it('stay far below three megabytes', () => {
    expect(Buffer.byteLength(long)).toBeLessThan(1_500_000);
  });
});

describe('text of others', () => {
  const hostile = '</script><img src=x onerror=alert(1)>"\'&\u2028';

  it('is escaped wherever it stands', () => {
    const full = fullPlan();
    const hostilePage = renderPlanHtml({
      ...full,
      scenario: {
        ...full.scenario,
        name: hostile,
        title: hostile,
        about: hostile,
        file: hostile,
        overrides: [hostile],
      },
      plan: { ...full.plan, engineReason: hostile, seed: hostile },
      partial: { reason: hostile },
      products: full.products.map((one) => ({ ...one, productId: hostile, title: hostile })),
      drops: full.drops.map((one) => ({ ...one, cueId: hostile, productId: hostile })),
      cues: full.cues.map((one) => ({ ...one, id: hostile, kind: hostile, label: hostile })),
      series: { ...full.series, stockLeft: { [hostile]: full.series.stockLeft.serum } },
      sizing: full.sizing.map((one) => ({ ...one, label: hostile, unit: hostile, how: hostile, assumes: [hostile] })),
      formulas: full.formulas.map((one) => ({
        ...one,
        label: hostile,
        formula: hostile,
        worked: hostile,
        source: hostile,
      })),
      sensitivity: (full.sensitivity ?? []).map((one) => ({ ...one, path: hostile, label: hostile, tag: hostile })),
      sweep: { path: hostile, points: (full.sweep?.points ?? []).map((one) => ({ ...one, value: hostile })) },
      comparison: full.comparison && { ...full.comparison, file: hostile, name: hostile, title: hostile },
      assumptions: [hostile],
      notes: [hostile],
    });
    expect(hostilePage).not.toContain('<img');
    expect(hostilePage.match(/<\/script>/g)).toHaveLength(3);
    expect(visibleText(hostilePage)).toContain('</script><img src=x onerror=alert(1)>');
  });

  it('has a policy beside it that lets only the scripts of the page run', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    expect(policy).toContain('default-src &#39;none&#39;');
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    const markup = fullPage.replace(/<script\b[\s\S]*?<\/script>/g, '');
    expect([...markup.matchAll(/\s(?:src|href)="([^"]*)"/g)].every((match) => match[1].startsWith('#'))).toBe(true);
  });
});

describe('plans in which little happened', () => {
  const bare: [string, PlanResult][] = [
    ['nobody came for a second', emptyPlan()],
    ['no step, endpoint, sizing or formula', emptyPlan({ series: noSteps(), endpoints: [], sizing: [], formulas: [] })],
    ['questions about nothing', fullPlan({ ...emptyPlan(), sensitivity: [], sweep: { path: 'a', points: [] } })],
    ['figures that are not finite', samplePlan({ figures: mapFigures(() => band(NaN)) })],
    ['a drop of all that is left', samplePlan({ drops: [{ ...samplePlan().drops[0], units: null }] })],
    ['a currency that nobody knows', samplePlan({ scenario: { ...samplePlan().scenario, currency: '??' } })],
  ];

  it.each(bare)('%s: nothing reads as NaN, undefined, null or Infinity', (_name, plan) => {
    const markup = renderPlanHtml(plan).replace(/<(style|script)\b[\s\S]*?<\/\1>/g, '');
    expect(markup).not.toMatch(/\b(NaN|undefined|null|Infinity)\b/);
    expect(markup).not.toContain('[object');
  });
});

it('says above everything that it was stopped, and after how many runs', () => {
  const { plan } = samplePlan();
  const text = visibleText(
    renderPlanHtml(samplePlan({ partial: { reason: 'SIGINT' }, plan: { ...plan, runsDone: 57 } })),
  );
  expect(text).toContain('PARTIAL stopped after 57 of 200 runs because SIGINT.');
  expect(visibleText(page)).not.toContain('PARTIAL');
});

it('has one first heading, and a section for every place that it jumps to', () => {
  expect(fullPage.match(/<h1/g)).toHaveLength(1);
  for (const [, id] of fullPage.matchAll(/<a href="#([^"]+)"/g)) expect(fullPage).toContain(`id="${id}"`);
});

function noSteps(): PlanResult['series'] {
  const { series } = emptyPlan();
  const none: Fan = { p05: [], p50: [], p95: [] };
  const rows = Object.fromEntries(Object.keys(series.rows).map((name) => [name, none])) as Record<PlanRow, Fan>;
  return { ...series, length: 0, rows, stockLeft: { gone: none } };
}
