import type { StubSettings } from './options.ts';
import { STORE_URLS } from './stores/urls.ts';
import { withoutSecrets } from './url.ts';

const STORES = /^(?:memory$|redis(?:\+naive)?:\/\/|postgres(?:ql)?(?:\+(?:lock|naive))?:\/\/)/;
const BUSES = /^(?:local$|redis:\/\/)/;

/** Whether store, bus and processes go together. @throws RangeError that says what to use instead. */
export function checkPlaces({ store, bus, instances, processes, faults }: StubSettings): void {
  if (!STORES.test(store))
    throw new RangeError(`no store "${withoutSecrets(store)}"; there are: ${STORE_URLS.join(', ')}`);
  if (!BUSES.test(bus)) throw new RangeError(`no bus "${withoutSecrets(bus)}"; there are: local, redis://HOST:PORT`);
  for (const url of [store, bus]) {
    if (url.includes('://') && !URL.canParse(url)) throw new RangeError(`"${withoutSecrets(url)}" is not a URL`);
  }
  if (instances === 1) return;
  if (store === 'memory') {
    throw new RangeError(
      'the memory store belongs to one process, so several instances would sell the same stock: use the store redis://HOST:PORT, ' +
        'or postgres://USER@HOST:PORT/DATABASE with a bus',
    );
  }
  if (bus === 'local') {
    throw new RangeError('several instances need a bus that all of them hear: use the bus redis://HOST:PORT');
  }
  if (processes > 1) throw new RangeError('several instances hold their sockets themselves: use `processes` of 1');
  if (Object.keys(faults).length > 0) throw new RangeError('faults need one instance: one alone would break');
}
