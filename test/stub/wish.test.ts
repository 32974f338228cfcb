import { expect, test } from 'vitest';
import { readWish } from '../../server-stub/rooms/wish.ts';

test.each([
  ['/rooms/main/ws?viewer=a&name=b', { roomId: 'main', id: 'a', name: 'b' }],
  ['/rooms/main/ws?viewer=a', { roomId: 'main', id: 'a', name: 'a' }],
  ['/rooms/main/ws?name=b&viewer=a', { roomId: 'main', id: 'a', name: 'b' }],
  ['/rooms/main/ws?viewer=a.1~2_3-4&name=x.y', { roomId: 'main', id: 'a.1~2_3-4', name: 'x.y' }],
  ['/rooms/my%20room/ws?viewer=%E7%88%86&name=a+b%26c', { roomId: 'my room', id: '爆', name: 'a b&c' }],
  ['/rooms/a.b/ws?viewer=a&name=&extra=1', { roomId: 'a.b', id: 'a', name: '' }],
  ['http://shop.example/rooms/main/ws?viewer=a', { roomId: 'main', id: 'a', name: 'a' }],
  ['/rooms/x/../main/ws?viewer=a', { roomId: 'main', id: 'a', name: 'a' }],
])('%s', (url, wish) => {
  expect(readWish(url)).toEqual(wish);
});

test.each([
  ['/rooms/../ws?viewer=a', '404'],
  ['/rooms/main/ws/?viewer=a', '404'],
  ['/room/main/ws?viewer=a', '404'],
  ['/rooms/main/ws?viewer=', '400'],
  [`/rooms/main/ws?viewer=${'a'.repeat(201)}`, '400'],
  [`/rooms/main/ws?viewer=a&name=${'a'.repeat(201)}`, '400'],
  ['/rooms/%ff/ws?viewer=a', '400'],
  ['http://', '400'],
])('%s is turned down with %s', (url, status) => {
  expect(readWish(url)).toMatch(new RegExp(`^${status} `));
});

test('an encoded letter means the same as a plain one', () => {
  expect(readWish('/rooms/m%61in/ws?viewer=%61nn&name=b%6Fb')).toEqual(readWish('/rooms/main/ws?viewer=ann&name=bob'));
});
