import type { TargetEnvironment } from '../target.ts';

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** What signs a subscription; the secret is that of the app. */
interface AppKey {
  readonly key: string;
  readonly secret: string;
}

/**
 * The `auth` of a private or presence channel: `<key>:<HMAC SHA-256 in hex>`.
 * https://pusher.com/docs/channels/library_auth_reference/auth-signatures/
 */
export function subscriptionAuth(
  { key, secret }: AppKey,
  subscription: { readonly socketId: string; readonly channel: string; readonly channelData?: string },
  environment: TargetEnvironment,
): string {
  const { socketId, channel, channelData } = subscription;
  const signed = [socketId, channel, ...(channelData === undefined ? [] : [channelData])].join(':');
  return `${key}:${hexOf(environment.hmacSha256(secret, signed))}`;
}

/** 32 bytes from base64url without padding to hex: six bits a letter in, four out; two at the end are left over. */
function hexOf(base64url: string): string {
  let hex = '';
  let bits = 0;
  let held = 0;
  for (const letter of base64url) {
    held = (held << 6) | BASE64URL.indexOf(letter);
    bits += 6;
    while (bits >= 4) {
      bits -= 4;
      hex += ((held >> bits) & 15).toString(16);
    }
    held &= (1 << bits) - 1;
  }
  return hex;
}
