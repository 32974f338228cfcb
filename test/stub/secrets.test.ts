import { expect, test } from 'vitest';
import { resolveSettings } from '../../server-stub/options.ts';
import { createStore } from '../../server-stub/stores/create.ts';

const WITH_SECRETS = [
  'mysql://u:geheim@h/db',
  'postgres://u:p#geheim@h/db',
  'mysql://u:p@geheim@h/db',
  'postgres://u:gehe\ngeheim#@h/db',
  'postgres://h:x/db?password=geheim',
  'redis:u:geheim@h',
  'u:geheim@h',
];

test.each(WITH_SECRETS)('a refusal of %j does not say the password', async (url) => {
  for (const options of [{ store: url }, { store: 'memory', bus: url }]) {
    expect(() => resolveSettings(options)).toThrow(RangeError);
    expect(() => resolveSettings(options)).not.toThrow(/geheim/);
  }
});

test('nor does opening a store that there is not', async () => {
  const opened = createStore('mysql://u:geheim@h/db', () => 0);
  await expect(opened).rejects.toThrow('no store "mysql://***@h/db"');
});
