import { ENDPOINTS, type CompiledScenario } from '../crowd/compiled.ts';
import type { PlannedEndpoint, SizingLine } from '../plan-result.ts';
import { momentsOf } from './means.ts';
import type { Machine } from './options.ts';
import type { Figures } from './summary.ts';
import { READ_CPU_SEC_A_GB, videoLoad } from './video.ts';

/** Above this, waiting grows faster than load: the knee of most queues. */
const UTILISATION = 0.7;
/** CPU-seconds a million deliveries of 200 bytes, measured with Node and `ws` on one core. */
const RECEIVE_CPU_SEC = 20;
const RECEIVE_TEN_CPU_SEC = 5.6;
const SEND_CPU_SEC = 10.5;

/** What the figures mean for machines. A line at the median of its load, and at the 95 % quantile. */
export function sizingOf(
  scenario: CompiledScenario,
  figures: Figures,
  endpoints: readonly PlannedEndpoint[],
  machine: Machine | undefined,
): SizingLine[] {
  const { outages } = scenario.backend;
  return [
    ...frontEndLines(scenario, figures),
    ...videoLines(scenario, figures),
    fanoutLine(figures),
    ...endpoints.map((endpoint, i) => shopLine(scenario, endpoint, i, outages.length > 0)),
    writesLine(scenario, endpoints),
    ...(machine ? [machinesLine(scenario, figures, machine)] : []),
  ];
}

type Quantile = 'p50' | 'p95';
type Line = Omit<SizingLine, Quantile>;

function lineOf(line: Line, at: (quantile: Quantile) => number): SizingLine {
  return { ...line, p50: at('p50'), p95: at('p95') };
}

function frontEndLines({ backend }: CompiledScenario, { peakViewers, peakEgressBytesPerSec }: Figures): SizingLine[] {
  const each = backend.connectionsPerFrontEnd;
  const frontEnds = (quantile: Quantile): number => wholeUp(peakViewers[quantile] / each);
  const egress = (quantile: Quantile): number =>
    Math.round(peakEgressBytesPerSec[quantile] / Math.max(1, frontEnds(quantile)));
  const perViewer = assumedOf(backend.assumed, 'backend.connectionsPerFrontEnd');
  const ofFanout = assumedOf(backend.assumed, 'backend.fanout.messageBytes', 'backend.fanout.perViewer');
  return [
    lineOf(
      {
        id: 'front-ends',
        label: 'Front ends',
        unit: 'machines',
        how: `peak viewers / ${count(each)} connections each`,
        assumes: perViewer,
      },
      frontEnds,
    ),
    lineOf(
      {
        id: 'egress',
        label: 'Egress per front end',
        unit: 'bytes/s',
        how: `peak egress / front ends; ${count(backend.fanout.bytesPerMessage)} bytes a delivery`,
        assumes: [...perViewer, ...ofFanout],
      },
      // One front end more may bring each of them below the median: those at the median have to carry that.
      (quantile) => Math.max(egress('p50'), egress(quantile)),
    ),
  ];
}

/** What the stream takes in all: of a CDN, or of servers of one's own. Only when viewers watch. */
function videoLines(scenario: CompiledScenario, { peakViewers }: Figures): SizingLine[] {
  const load = videoLoad(scenario);
  if (load === null) return [];
  const { watchingShare, bitsPerSec } = load;
  const line = {
    id: 'video-egress',
    label: 'Video egress',
    unit: 'bytes/s',
    how: `peak viewers x ${rounded(watchingShare * 100)} % who watch x ${rounded(bitsPerSec / 1e6)} Mbit/s each, of the CDN if there is one`,
    assumes: [
      ...(scenario.video?.assumed ?? []),
      'every player has the best rendition that its screen and its line allow',
    ],
  };
  return [lineOf(line, (quantile) => Math.round((peakViewers[quantile] * watchingShare * bitsPerSec) / 8))];
}

function fanoutLine({ peakDeliveriesPerSec }: Figures): SizingLine {
  return lineOf(
    {
      id: 'fanout-cores',
      label: 'Fan-out cores',
      unit: 'cores',
      how: `peak deliveries/s x ${SEND_CPU_SEC} CPU-seconds a million / ${UTILISATION}`,
      assumes: [
        'one frame, encoded once, written to each socket by Node or Go; joined frames take a tenth',
        '70 % utilisation',
      ],
    },
    (quantile) => wholeUp((peakDeliveriesPerSec[quantile] / 1e6) * (SEND_CPU_SEC / UTILISATION)),
  );
}

function shopLine(
  { backend, tables }: CompiledScenario,
  { endpoint, peakPerSec }: PlannedEndpoint,
  i: number,
  hasOutages: boolean,
): SizingLine {
  const meanMs = momentsOf(tables[backend.endpoints[i].serviceTable]).mean;
  return lineOf(
    {
      id: `servers-${endpoint}`,
      label: `Servers: ${endpoint}`,
      unit: 'servers',
      how: `peak requests/s (taps and retries too) x ${rounded(meanMs)} ms service / ${UTILISATION}`,
      assumes: [
        ...assumedOf(backend.assumed, `backend.endpoints.${endpoint}.service`),
        '70 % utilisation',
        ...(hasOutages ? ['the peak may be that of retries in and after the outage'] : []),
      ],
    },
    (quantile) => wholeUp((peakPerSec[quantile] * meanMs) / 1000 / UTILISATION),
  );
}

/** Of the requests that are served: those that fail write nothing. */
function writesLine({ backend }: CompiledScenario, endpoints: readonly PlannedEndpoint[]): SizingLine {
  const writes = backend.endpoints.map((endpoint) => endpoint.writes);
  const named = ENDPOINTS.map((name, i) => `${name} x ${writes[i]}`).filter((_, i) => writes[i] > 0);
  return lineOf(
    {
      id: 'writes',
      label: 'Database writes',
      unit: '/s',
      how: named.length > 0 ? `peak requests/s x share that does not fail: ${named.join(' + ')}` : 'no endpoint writes',
      assumes: [
        ...assumedOf(backend.assumed, ...ENDPOINTS.map((name) => `backend.endpoints.${name}.writes`)),
        'the peaks of all endpoints fall together',
        'in the peak second the same share fails as in the mean (the median of the runs)',
      ],
    },
    // The share that fails is that of the median run in both: it grows with the load, and more load must not look like fewer writes.
    (quantile) =>
      Math.round(
        endpoints.reduce(
          (sum, { peakPerSec, failedShare }, i) => sum + peakPerSec[quantile] * (1 - failedShare.p50) * writes[i],
          0,
        ),
      ),
  );
}

/** The larger of what the sockets take and what receiving takes, the stream included. */
function machinesLine(
  scenario: CompiledScenario,
  { peakViewers, peakDeliveriesPerSec }: Figures,
  { cores, openFiles }: Machine,
): SizingLine {
  const { backend, scale } = scenario;
  const load = videoLoad(scenario) ?? { watchingShare: 0, bitsPerSec: 0, connectionsEach: 0 };
  const filesEach = 1 + load.watchingShare * load.connectionsEach;
  const videoCpuEach = ((load.watchingShare * load.bitsPerSec) / 8e9) * READ_CPU_SEC_A_GB;
  const bySockets = (viewers: number): number => (viewers * filesEach) / (openFiles * cores);
  const byCpu = (perSec: number, viewers: number): number =>
    ((perSec / 1e6) * RECEIVE_CPU_SEC + viewers * videoCpuEach) / cores;
  const at = (quantile: Quantile): number => {
    const viewers = peakViewers[quantile];
    return wholeUp(Math.max(bySockets(viewers), byCpu(peakDeliveriesPerSec[quantile], viewers)));
  };
  const isWatched = load.watchingShare > 0;
  return lineOf(
    {
      id: 'run-machines',
      label: scale === 1 ? 'Machines for `run`' : 'Machines for `run` at this scale',
      unit: 'machines',
      how:
        `the larger of peak ${isWatched ? 'connections' : 'viewers'} / (${count(openFiles)} open files x ${cores} processes) and ` +
        `${isWatched ? '(' : ''}peak deliveries/s x ${RECEIVE_CPU_SEC} CPU-seconds a million` +
        `${isWatched ? ` + video x ${READ_CPU_SEC_A_GB} CPU-seconds a GB)` : ''} / ${cores} cores`,
      assumes: [
        `machines like this one, one frame a read (with ten a read: ${RECEIVE_TEN_CPU_SEC} CPU-seconds)`,
        ...(scale === 1 ? [] : [`the event at --scale ${scale}`]),
        ...(isWatched ? [`${load.connectionsEach} more connections for each who watches`] : []),
        ...assumedOf(backend.assumed, 'backend.fanout.perViewer'),
      ],
    },
    at,
  );
}

function assumedOf(assumed: readonly string[], ...paths: readonly string[]): string[] {
  return paths.filter((path) => assumed.includes(path));
}

/** The noise of binary fractions must not cost a machine. */
function wholeUp(value: number): number {
  return Math.ceil(Number(value.toPrecision(12)));
}

/** For figures in words. */
export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

export function rounded(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 });
}
