import { describe, expect, it } from 'vitest';
import type { FlashcrowdError } from '../../sim/errors.ts';
import { rangeValues } from '../../sim/plan/range.ts';
import { loadSubject } from '../../sim/plan/subject.ts';
import { readSweep } from '../../sim/plan/sweep.ts';
import { failureOf, fakePlan, smallEvent } from './help.ts';

const subject = await loadSubject(smallEvent(), []);
const valuesOf = (text: string): string[] => readSweep(text, subject).points.map(({ value }) => value);

async function problemsOf(text: string): Promise<FlashcrowdError['problems']> {
  const { code, problems } = await failureOf(() => readSweep(text, subject));
  expect(code).toBe('BAD_USAGE');
  return problems;
}

describe('a sweep', () => {
  it.each([
    ['products.serum.stock=10k..100k:10', '10000 20000 30000 40000 50000 60000 70000 80000 90000 100000'],
    ['products.serum.stock=100..0:3', '100 50 0'],
    ['products.serum.stock=10k..1M:2', '10000 1000000'],
    ['products.serum.stock=5,10k, 1M', '5 10k 1M'],
    ['personas.fan.funnel.click=20%..40%:5', '20% 25% 30% 35% 40%'],
    ['personas.fan.funnel.click=0.1..0.3:3', '0.1 0.2 0.3'],
    ['personas.fan.taps=1..2:5', '1 1.25 1.5 1.75 2'],
    ['shop.hold=30s..90s:3', '30s 60s 90s'],
    ['personas.fan.likes=1/min..3/min:3', '1/min 2/min 3/min'],
    ['products.serum.price=USD 20..USD 30:3', 'USD 20 USD 25 USD 30'],
  ])('%s', (text, expected) => {
    expect(valuesOf(text).join(' ')).toBe(expected);
  });

  it('rounds to what the figure can be: whole units, whole milliseconds, cents', () => {
    expect(valuesOf('products.serum.stock=10..20:4')).toEqual(['10', '13', '17', '20']);
    expect(valuesOf('shop.hold=1s..2s:4')).toEqual(['1s', '1.33s', '1.67s', '2s']);
    expect(valuesOf('products.serum.price=USD 1..USD 2:4')).toEqual(['USD 1', 'USD 1.33', 'USD 1.67', 'USD 2']);
  });

  it('has ten points when it does not say', () => {
    expect(valuesOf('products.serum.stock=1..10')).toHaveLength(10);
  });

  it('changes the scenario at each point', () => {
    const { path, points } = readSweep('products.serum.stock=5,7', subject);
    expect(path).toBe('products.serum.stock');
    expect(points.map(({ scenario }) => scenario.products.serum.stock)).toEqual([5, 7]);
    expect(subject.scenario.products.serum.stock).toBe(100);
  });

  it('names the nearest path', async () => {
    const [problem] = await problemsOf('products.seurm.stock=1..5');
    expect(problem).toMatchObject({ path: 'products.seurm', message: 'no such path', hint: 'did you mean "serum"?' });
    expect(problem.file).toBe('--sweep products.seurm.stock=1..5');
  });

  it.each([
    ['products.serum.stock', 'path=from..to:points'],
    ['=1..5', 'path=from..to:points'],
    ['products.serum.stock=', 'path=from..to:points'],
    ['products.serum.stock=1..5:1', '2 to 100 points'],
    ['products.serum.stock=1..5:101', 'at most 100'],
    ['products.serum.stock=5..5:3', 'two different numbers'],
    ['products.serum.stock=a..b:3', 'two different numbers'],
    ['shop.hold=30s..2m:3', 'the same unit'],
  ])('says what it wants instead of %s', async (text, expected) => {
    expect((await problemsOf(text))[0].expected).toContain(expected);
  });

  it('tells all problems at once, each with its value', async () => {
    const problems = await problemsOf('products.serum.stock=1,-2,many');
    expect(problems.map(({ file, path }) => [file, path])).toEqual([
      ['--sweep products.serum.stock=-2', 'products.serum.stock'],
      ['--sweep products.serum.stock=many', 'products.serum.stock'],
    ]);
    expect(await problemsOf('products.seurm.stock=1..5:1')).toHaveLength(2);
  });
});

describe('a range', () => {
  it('has no noise of binary fractions', () => {
    expect(rangeValues('0.1', '0.7', 7)!.map(([exact]) => exact)).toEqual([
      '0.1',
      '0.2',
      '0.3',
      '0.4',
      '0.5',
      '0.6',
      '0.7',
    ]);
  });
});

describe('a plan with a sweep', () => {
  it('plays each point with the seeds of the plan', async () => {
    const plan = await fakePlan(smallEvent(), { sweep: 'products.serum.stock=0,4,100' });
    const { path, points } = plan.sweep!;
    expect(path).toBe('products.serum.stock');
    expect(points.map(({ value }) => value)).toEqual(['0', '4', '100']);
    expect(points.map(({ figures }) => figures.units.p50)).toEqual([0, 4, 10]);
    expect(points.map(({ soldOutShare }) => soldOutShare)).toEqual([1, 1, 0]);
    expect(points[2].figures).toEqual(plan.figures);
  });
});
