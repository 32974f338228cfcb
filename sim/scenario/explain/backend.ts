/** The queueing model that answers viewers in a plan, in sentences. Figures are those of the scale. */

import { ENDPOINTS } from '../../crowd/compiled.ts';
import type { CompiledScenario } from '../../crowd/compiled.ts';
import { KNOTS, survivalAtKnot } from '../../crowd/quantile.ts';
import { backendModel } from '../compile/backend.ts';
import { formatCount, formatDuration, formatNumber } from '../format.ts';
import { BACKEND_DEFAULTS } from '../schema/backend.ts';
import type { Dist } from '../schema/dist.ts';
import type { Scenario } from '../schema/scenario.ts';
import { tagMark } from './tags.ts';
import { describeDist } from './words.ts';

type Mark = (path: string) => string;

export function explainBackend(scenario: Scenario, compiled: CompiledScenario): string[] {
  const { endpoints, assumed } = backendModel(scenario);
  const unwritten = new Set(assumed);
  // What nobody wrote is an assumption of ours, unless the scenario names a source for it all the same.
  const mark: Mark = (path) => {
    const tag = tagMark(scenario, `backend.${path}`);
    return tag === '[?]' && unwritten.has(`backend.${path}`) ? '[a]' : tag;
  };
  const said = ENDPOINTS.map((name, i) => describeEndpoint(compiled, i, endpoints[name].service, mark));
  const writes = ENDPOINTS.map(
    (name) => `${name} ${formatNumber(endpoints[name].writes)} ${mark(`endpoints.${name}.writes`)}`,
  );
  return [
    'This is what answers viewers in `plan`; `run` plays against a real backend, whatever stands here.',
    // Endpoints that are alike share a line.
    ...[...new Set(said)].map((text) => `${ENDPOINTS.filter((_, i) => said[i] === text).join(', ')}: ${text}`),
    `Database writes of one request: ${writes.join(', ')}.`,
    ...fanoutLines(compiled, mark),
  ];
}

function describeEndpoint({ backend, tables }: CompiledScenario, i: number, service: Dist, mark: Mark): string {
  const { servers, queueLimit, timeoutMs, serviceTable } = backend.endpoints[i];
  const path = `endpoints.${ENDPOINTS[i]}`;
  const serving = `a request takes ${describeDist(service)} ${mark(`${path}.service`)}`;
  if (servers === null)
    return `as many servers as it takes, so that nobody waits ${mark(`${path}.servers`)}; ${serving}.`;
  const queue =
    queueLimit === null ? 'any number may wait' : `${formatCount(queueLimit)} may wait, the next is refused`;
  const patience = timeoutMs === null ? 'for as long as it takes' : `for ${formatDuration(timeoutMs)} at most`;
  return (
    `${formatCount(servers)} ${servers === 1 ? 'server' : 'servers'} ${mark(`${path}.servers`)}; ${serving}` +
    `${atMost(servers, meanOf(tables[serviceTable]))}; ` +
    `${queue} ${mark(`${path}.queue`)}, ${patience} ${mark(`${path}.timeout`)}.`
  );
}

function atMost(servers: number, meanMs: number): string {
  return meanMs === 0 ? '' : `, so about ${formatCount((servers * 1000) / meanMs)} a second at most`;
}

/** Between knots a quantile table is linear in the survival probability. */
function meanOf(table: Float64Array): number {
  let mean = 0;
  for (let i = 0; i + 1 < KNOTS; i++)
    mean += ((table[i] + table[i + 1]) / 2) * (survivalAtKnot(i) - survivalAtKnot(i + 1));
  return mean;
}

function fanoutLines({ backend }: CompiledScenario, mark: Mark): string[] {
  const { deliveriesPerSec, lagMs, perViewerPerSec, bytesPerMessage } = backend.fanout;
  const perSec = (rate: number): string => `${formatNumber(rate)} a second`;
  const capacity = deliveriesPerSec === null ? 'any number of deliveries' : `at most ${perSec(deliveriesPerSec)}`;
  const each = perViewerPerSec === null ? 'every message' : `at most ${perSec(perViewerPerSec)}`;
  const isOurs = mark('connectionsPerFrontEnd') === '[a]';
  const { tag, from } = BACKEND_DEFAULTS.connectionsPerFrontEnd;
  return [
    `Fan-out: ${capacity} ${mark('fanout.capacity')}, ${formatDuration(lagMs)} on the way ${mark('fanout.lag')}; ` +
      `a viewer is sent ${each} ${mark('fanout.perViewer')}, of ${formatCount(bytesPerMessage)} bytes ${mark('fanout.messageBytes')}.`,
    `A front end holds ${formatCount(backend.connectionsPerFrontEnd)} connections ` +
      `${isOurs ? `[${tag}: ${from}]` : mark('connectionsPerFrontEnd')}.`,
  ];
}
