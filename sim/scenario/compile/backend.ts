import { ENDPOINTS } from '../../crowd/compiled.ts';
import type { CompiledBackend, CompiledOutage, EndpointName } from '../../crowd/compiled.ts';
import { BACKEND_DEFAULTS as DEFAULTS } from '../schema/backend.ts';
import type { Dist } from '../schema/dist.ts';
import type { Scenario } from '../schema/scenario.ts';
import { occurrences, scaleUnits } from './cues.ts';
import type { AddTable } from './personas.ts';

/** The model as the scenario means it, before scaling. `null`: without a limit. */
export interface BackendModel {
  readonly endpoints: Readonly<Record<EndpointName, EndpointModel>>;
  readonly fanout: CompiledBackend['fanout'];
  readonly connectionsPerFrontEnd: number;
  /** Paths of figures that nobody wrote. */
  readonly assumed: readonly string[];
}

export interface EndpointModel {
  readonly servers: number | null;
  readonly service: Dist;
  readonly queue: number | null;
  readonly timeoutMs: number | null;
  readonly writes: number;
}

/** Fills in what the scenario does not say, and keeps account of it. */
export function backendModel({ backend = {} }: Scenario): BackendModel {
  const assumed: string[] = [];
  const or = <T>(written: T | undefined, byDefault: T, path: string): T => {
    if (written !== undefined) return written;
    assumed.push(`backend.${path}`);
    return byDefault;
  };
  const { endpoints = {}, fanout = {} } = backend;
  const endpoint = (name: EndpointName): EndpointModel => {
    const written = endpoints[name] ?? {};
    const path = `endpoints.${name}`;
    return {
      servers: or(written.servers, DEFAULTS.servers, `${path}.servers`),
      service: or(written.service, DEFAULTS.service, `${path}.service`),
      queue: or(written.queue, DEFAULTS.queue, `${path}.queue`),
      timeoutMs: or(written.timeout, DEFAULTS.timeoutMs, `${path}.timeout`),
      writes: or(written.writes, DEFAULTS.writes[name], `${path}.writes`),
    };
  };
  const { deliveriesPerSec, lagMs, perViewerPerSec, bytesPerMessage } = DEFAULTS.fanout;
  const { value: connections } = DEFAULTS.connectionsPerFrontEnd;
  return {
    endpoints: {
      view: endpoint('view'),
      cart: endpoint('cart'),
      checkout: endpoint('checkout'),
      pay: endpoint('pay'),
    },
    fanout: {
      deliveriesPerSec: or(fanout.capacity, deliveriesPerSec, 'fanout.capacity'),
      lagMs: or(fanout.lag, lagMs, 'fanout.lag'),
      perViewerPerSec: or(fanout.perViewer, perViewerPerSec, 'fanout.perViewer'),
      bytesPerMessage: or(fanout.messageBytes, bytesPerMessage, 'fanout.messageBytes'),
    },
    connectionsPerFrontEnd: or(backend.connectionsPerFrontEnd, connections, 'connectionsPerFrontEnd'),
    assumed,
  };
}

/**
 * Servers and queue places shrink with `scale`, as the audience does. So do the messages that a viewer is sent; and deliveries are
 * messages times viewers, so their capacity shrinks with its square. Times do not, nor what one front end holds.
 */
export function compileBackend(scenario: Scenario, scale: number, addTable: AddTable): CompiledBackend {
  const { endpoints, fanout, connectionsPerFrontEnd, assumed } = backendModel(scenario);
  const scaled = (amount: number | null): number | null => (amount === null ? null : scaleUnits(amount, scale));
  const { deliveriesPerSec, perViewerPerSec } = fanout;
  return {
    endpoints: ENDPOINTS.map((name) => {
      const { servers, service, queue, timeoutMs, writes } = endpoints[name];
      return {
        servers: scaled(servers),
        serviceTable: addTable(service),
        queueLimit: scaled(queue),
        timeoutMs,
        writes,
      };
    }),
    outages: compileOutages(scenario),
    fanout: {
      ...fanout,
      deliveriesPerSec: deliveriesPerSec === null ? null : deliveriesPerSec * scale * scale,
      perViewerPerSec: perViewerPerSec === null ? null : perViewerPerSec * scale,
    },
    connectionsPerFrontEnd,
    assumed,
  };
}

/** In order of time; one for each endpoint that an outage names. */
function compileOutages({ show, duration }: Scenario): CompiledOutage[] {
  const counts = new Map<string, number>();
  return show
    .flatMap((cue) => (cue.cue === 'outage' ? occurrences(cue, duration).map((atMs) => ({ cue, atMs })) : []))
    .filter(({ atMs }) => atMs < duration)
    .sort((a, b) => a.atMs - b.atMs)
    .flatMap(({ cue, atMs }) => {
      const n = (counts.get(cue.endpoint) ?? 0) + 1;
      counts.set(cue.endpoint, n);
      const span = { id: `outage:${cue.endpoint}#${n}`, fromMs: atMs, untilMs: Math.min(duration, atMs + cue.for) };
      return ENDPOINTS.flatMap((name, endpoint) =>
        cue.endpoint === 'all' || cue.endpoint === name ? [{ ...span, endpoint }] : [],
      );
    });
}
