import { describe, expect, it } from 'vitest';
import { jsonTemplate, namesIn, textTemplate } from '../../../sim/targets/mapping/template.ts';
import { viewerValues, withValues } from '../../../sim/targets/mapping/values.ts';
import { someone } from '../viewer.ts';

const values = {
  viewer: { id: 'a b', number: 3 },
  session: { cart: '12' },
  text: 'say "hi" / ok?',
  units: 2,
  open: false,
  tags: ['x', 'y'],
};

describe('a text template', () => {
  it.each([
    ['{{viewer.id}}', 'a b'],
    ['/u/{{ viewer.id | url }}/{{units}}', '/u/a%20b/2'],
    ['{"text":{{text|json}},"n":{{units}}}', '{"text":"say \\"hi\\" / ok?","n":2}'],
    ['{{open}} {{tags}}', 'false ["x","y"]'],
    ['[{{session.order}}{{nobody.here.at.all}}]', '[]'],
    ['{{nothing | json}}', 'null'],
    ['no placeholder } }} {', 'no placeholder } }} {'],
  ])('%s becomes %s', (text, expected) => {
    expect(textTemplate(text)(values)).toBe(expected);
  });

  it('encodes for a URL what names no filter', () => {
    expect(textTemplate('/{{text}}/{{text | text}}', 'url')(values)).toBe(
      `/${encodeURIComponent(values.text)}/${values.text}`,
    );
  });

  it.each([
    ['{{viewer.id', /does not close/],
    ['{{}}', /is no placeholder/],
    ['{{a b}}', /is no placeholder/],
    ['{{text | shout}}', /no filter "shout"; there are json, url/],
  ])('%s cannot be read', (text, message) => {
    expect(() => textTemplate(text)).toThrow(message);
    expect(() => namesIn(text)).toThrow(message);
  });
});

describe('a JSON template', () => {
  it('keeps the type of a value that stands alone', () => {
    const template = {
      n: '{{units}}',
      open: '{{open}}',
      tags: '{{tags}}',
      text: 'n={{units}}',
      deep: [{ id: '{{viewer.id}}' }],
    };
    expect(jsonTemplate(template)(values)).toEqual({
      n: 2,
      open: false,
      tags: ['x', 'y'],
      text: 'n=2',
      deep: [{ id: 'a b' }],
    });
  });

  it('leaves out the key of a value that is not there, and keeps its place in a list', () => {
    expect(jsonTemplate({ a: 1, coupon: '{{coupon}}', list: ['{{coupon}}', 1], none: null })(values)).toEqual({
      a: 1,
      list: [null, 1],
      none: null,
    });
  });

  it('makes a number of what was kept as text, and a text of a number', () => {
    expect(jsonTemplate({ cart: '{{session.cart | number}}', units: '{{units | text}}' })(values)).toEqual({
      cart: 12,
      units: '2',
    });
    expect(jsonTemplate({ cart: '{{viewer.id | number}}', none: '{{coupon | number}}' })(values)).toEqual({
      cart: 'a b',
    });
  });
});

describe('names', () => {
  it('are found anywhere, each once', () => {
    expect(namesIn({ a: '{{room}} {{viewer.id}}', b: ['{{room | url}}', 3, null] })).toEqual(['room', 'viewer.id']);
  });
});

describe('values of a viewer', () => {
  it('make a token only for templates that name it', () => {
    let made = 0;
    const known = withValues(
      viewerValues(someone(), () => `t${++made}`),
      { text: 'hi' },
    );
    expect(textTemplate('{{viewer.id}} {{room}} {{text}}')(known)).toBe('v-1 main hi');
    expect(made).toBe(0);
    expect(textTemplate('Bearer {{token}}')(known)).toBe('Bearer t1');
  });
});
