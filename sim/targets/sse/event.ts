/** One server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream). */
export interface ServerEvent {
  /** `message` when the server does not name it. */
  readonly event: string;
  /** `null`: this event names none. */
  readonly id: string | null;
  readonly data: string;
}

/**
 * Events in a piece of the stream that ends where an event ends, whether or not its last blank line is there. Comments, `retry` and unknown
 * fields are passed over, and so are events without data.
 */
export function eventsIn(block: string): ServerEvent[] {
  const events: ServerEvent[] = [];
  let event = '';
  let id: string | null = null;
  let data: string[] = [];
  const dispatch = (): void => {
    if (data.length > 0) events.push({ event: event === '' ? 'message' : event, id, data: data.join('\n') });
    event = '';
    id = null;
    data = [];
  };
  for (const line of linesOf(block)) {
    if (line === '') dispatch();
    const [name, value] = fieldOf(line);
    if (name === 'data') data.push(value);
    else if (name === 'event') event = value;
    else if (name === 'id' && !value.includes('\0')) id = value;
  }
  dispatch();
  return events;
}

const BYTE_ORDER_MARK = '\ufeff';

function linesOf(block: string): string[] {
  const text = block.startsWith(BYTE_ORDER_MARK) ? block.slice(1) : block;
  return text.split(/\r\n|\n|\r/);
}

/** A comment has no name. */
function fieldOf(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  if (colon < 0) return [line, ''];
  return [line.slice(0, colon), line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)];
}
