/** Formulas of queueing theory that several tests share. `load` is in erlangs: arrivals a second times seconds of service. */

/** Share of arrivals that find all `servers` busy when nobody waits (Erlang 1917), by its recursion. */
export function erlangB(servers: number, load: number): number {
  let blocked = 1;
  for (let k = 1; k <= servers; k++) blocked = (load * blocked) / (k + load * blocked);
  return blocked;
}

/** Share of arrivals that must wait when all wait: C = B / (1 - rho (1 - B)). */
export function erlangC(servers: number, load: number): number {
  const blocked = erlangB(servers, load);
  return blocked / (1 - (load / servers) * (1 - blocked));
}

/** Mean wait of M/M/c in units of the mean service time: C / (c - load). */
export function meanWaitInServices(servers: number, load: number): number {
  return erlangC(servers, load) / (servers - load);
}
