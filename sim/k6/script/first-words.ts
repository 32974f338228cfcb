import { Deadlines } from '../../live/deadlines.ts';

/** A room that has said nothing for so long has said it, and k6 has lost it. */
const AFTER_MS = 3000;
const COARSE_MS = 250;
/** Of all lines. Were it more, it is the backend that is slow: and who is slow is not dialled twice. */
const SHARE_AT_MOST = 0.01;

interface Waiting {
  readonly state: 'connecting' | 'open' | 'closed';
}

/**
 * k6 2.1.0 now and then loses the first message of a line: it begins to read before it has noted that the line is open, and drops what it reads
 * until then (`establishConnection` and `queueMessage` in its websockets module). That was one in some thousand on a busy machine. Where the room
 * speaks first this is the welcome, and the viewer would count as not let in. So such a line is dialled again, once.
 */
export class FirstWords {
  private readonly deadlines = new Deadlines(AFTER_MS, COARSE_MS);
  private lines = 0;
  private dialledAgain = 0;
  private readonly known = new WeakSet<Waiting>();
  private readonly note: (text: string) => void;

  constructor(note: (text: string) => void) {
    this.note = note;
  }

  /** Call when `line` has opened and `link` is not let in yet. */
  await(link: Waiting, line: { again(): void }): void {
    if (this.known.has(link)) return;
    this.known.add(link);
    this.lines++;
    this.deadlines.add({
      expired: () => {
        if (link.state !== 'connecting' || this.dialledAgain > this.lines * SHARE_AT_MOST) return;
        if (this.dialledAgain++ === 0)
          this.note('k6 lost the first message of a line, and dialled it again: such a viewer joins twice, 3 s late');
        line.again();
      },
    });
  }

  stop(): void {
    this.deadlines.stop();
  }
}
