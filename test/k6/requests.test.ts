import { beforeEach, describe, expect, it } from 'vitest';
import { namedHosts } from '../../sim/k6/script/named.ts';
import { Requests } from '../../sim/k6/script/requests.ts';
import { answers } from './fakes/http.ts';

const PAY = { method: 'POST', path: '/payments', body: '{}' } as const;
const SHOP = 'http://shop.test';

function requests(): Requests {
  return new Requests('flashcrowd/test', namedHosts(['shop.test']), 'shop');
}

function fails(code: number, error = 'broken'): void {
  answers.next = async () => ({ status: 0, error_code: code, error, body: null, headers: {} });
}

describe('requests of k6', () => {
  beforeEach(() => {
    answers.next = () => new Promise(() => undefined);
  });

  it.each([1101, 1110, 1111, 1210, 1211, 1212, 1213, 1310, 1311])('with the code %i never left', async (code) => {
    fails(code);
    expect(await requests().sendTo(SHOP, PAY, 5000)).toMatchObject({ failure: 'refused' });
  });

  // Money may have been taken: nobody knows.
  it.each([1000, 1100, 1200, 1201, 1202, 1220, 1300, 1301, 1320, 1500, 1600, 1700])(
    'with the code %i may have been carried out',
    async (code) => {
      fails(code);
      expect(await requests().sendTo(SHOP, PAY, 5000)).toMatchObject({ failure: 'broken' });
    },
  );

  it('time out', async () => {
    fails(1050, 'request timeout');
    expect(await requests().sendTo(SHOP, PAY, 5000)).toMatchObject({ failure: 'timeout' });
  });

  it('that k6 throws for may have been carried out', async () => {
    answers.next = () => Promise.reject(new Error('unsupported response status: 101'));
    expect(await requests().sendTo(SHOP, PAY, 5000)).toMatchObject({ failure: 'broken' });
  });

  it('go to hosts that were named', async () => {
    expect(await requests().sendTo('http://other.test', PAY, 5000)).toMatchObject({ code: 'HOST_NOT_NAMED' });
  });

  it('in flight end as broken when all is cut', async () => {
    const sender = requests();
    const asked = sender.sendTo(SHOP, PAY, 5000);
    expect(sender.inFlight).toBe(1);
    await sender.destroy();
    expect(await asked).toMatchObject({ failure: 'broken' });
    expect(sender.inFlight).toBe(0);
    expect(await sender.sendTo(SHOP, PAY, 5000)).toMatchObject({ failure: 'refused' });
  });

  it('find headers by their names in lower case', async () => {
    answers.next = async () => ({
      status: 201,
      error_code: 0,
      error: '',
      body: 'ok',
      headers: { 'Vendure-Auth-Token': 'abc' },
    });
    const result = await requests().sendTo(SHOP, PAY, 5000);
    expect('answer' in result && result.answer.header('vendure-auth-token')).toBe('abc');
  });
});
