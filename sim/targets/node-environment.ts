import { createHmac } from 'node:crypto';
import type { TargetEnvironment } from './target.ts';

/** What adapters are given in Node. */
export const nodeEnvironment: TargetEnvironment = {
  hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('base64url'),
  epochMs: () => performance.timeOrigin + performance.now(),
};
