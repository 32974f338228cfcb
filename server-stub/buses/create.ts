import { randomUUID } from 'node:crypto';
import type { Bus } from '../bus.ts';
import type { StubSettings } from '../options.ts';
import { withoutParameter } from '../url.ts';
import { LocalBus } from './local.ts';

/**
 * Opens the bus that `settings.bus` names: `local`, or `redis://HOST:PORT` (`?prefix=`, default `{flashcrowd}:`). `now` gives epoch ms.
 * @throws Unavailable when the server cannot be reached.
 */
export async function createBus(settings: StubSettings, now: () => number): Promise<Bus> {
  const { bus, countEveryMs, likesEveryMs } = settings;
  if (bus === 'local') return new LocalBus();
  const { RedisBus } = await import('./redis/bus.ts');
  const { url, value } = withoutParameter(bus, 'prefix');
  const prefix = `${value ?? '{flashcrowd}:'}bus:`;
  return RedisBus.open({ url, prefix, instance: randomUUID(), countEveryMs, likesEveryMs, now });
}
