/** What viewers say, as JSON by templates. Codecs put it on their line. */

import type { RoomIntent, TargetViewer } from '../target.ts';
import type { SayOptions } from './options.ts';
import { jsonTemplate, type Values } from './template.ts';
import { viewerValues, withValues } from './values.ts';

/** Our plain format: what is said without `say`. */
const PLAIN: Required<SayOptions> = {
  chat: { type: 'chat', from: '{{viewer.id}}', text: '{{text}}', ref: '{{ref}}', at: '{{now}}' },
  like: { type: 'like', count: '{{count}}' },
  gift: { type: 'gift', gift: '{{gift}}', ref: '{{ref}}' },
};

/** The JSON value to send; null: this is not said there. `valuesOf`: with `{{token}}`, where there is one. */
export function sayings(
  options: SayOptions | undefined,
  valuesOf: (viewer: TargetViewer) => Values = viewerValues,
): (intent: RoomIntent, viewer: TargetViewer, nowMs: number) => unknown {
  const chat = sayingOf(options?.chat, PLAIN.chat);
  const like = sayingOf(options?.like, PLAIN.like);
  const gift = sayingOf(options?.gift, PLAIN.gift);
  const by = { chat, like, gift };
  return (intent, viewer, nowMs) => by[intent.kind]?.(saidValues(valuesOf(viewer), intent, nowMs)) ?? null;
}

/** Values of what is said: `{{text}}` and `{{ref}}` of chat, `{{count}}` of likes, `{{gift}}` of a gift, `{{now}}`. */
export function saidValues(values: Values, intent: RoomIntent, nowMs: number): Values {
  return withValues(values, { ...intent, now: Math.round(nowMs) });
}

function sayingOf(written: unknown, plain: unknown): ((values: Values) => unknown) | null {
  if (written === null) return null;
  return jsonTemplate(written === undefined ? plain : written);
}
