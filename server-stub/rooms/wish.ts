/** As long as the shop allows. */
const MAX_ID_CHARS = 200;
/** A room, an id and a name of which no letter is encoded: nearly every viewer's, and reading it costs a tenth of `URL`. */
const PLAIN = /^\/rooms\/([\w~-]+)\/ws\?viewer=([\w.~-]+)(?:&name=([\w.~-]+))?$/;

/** Which room somebody wants to enter, and as whom. */
export interface Wish {
  readonly roomId: string;
  readonly id: string;
  readonly name: string;
}

/** What `/rooms/:room/ws?viewer=ID&name=NAME` asks for, or the status line to turn it down with. */
export function readWish(requestUrl: string): Wish | string {
  const plain = PLAIN.exec(requestUrl);
  return plain ? checked(plain[1], plain[2], plain[3] ?? plain[2]) : readEncoded(requestUrl);
}

function readEncoded(requestUrl: string): Wish | string {
  if (!URL.canParse(requestUrl, 'http://stub')) return '400 Bad Request';
  const url = new URL(requestUrl, 'http://stub');
  const path = /^\/rooms\/([^/]+)\/ws$/.exec(url.pathname);
  if (path === null) return '404 Not Found';
  const id = url.searchParams.get('viewer') ?? '';
  return checked(decode(path[1]), id, url.searchParams.get('name') ?? id);
}

function checked(roomId: string | null, id: string, name: string): Wish | string {
  if (roomId === null || id === '' || id.length > MAX_ID_CHARS || name.length > MAX_ID_CHARS) return '400 Bad Request';
  return { roomId, id, name };
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
