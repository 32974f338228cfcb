import { mark } from '../../live/message-json.ts';
import { maskTexts } from '../../targets/config/secrets.ts';
import { AppendFile } from '../append-file.ts';
import type { Hire, Hooks } from '../fleet.ts';
import type { EndEntry, RecordingEntry, RecordingHeader } from './recording.ts';

/** What a shard has to say may wait this long for the disk; one that is killed takes no more with it. */
const FLUSH_EVERY_MS = 250;
const FLUSH_FROM_CHARS = 256 * 1024;

/**
 * The recording of a shard, written as it happens. Never throws: after the first entry that could not be written there are no more but the
 * last, which says how many are missing. `mask`: takes secrets out of a line of text.
 */
export class RecordingFile {
  /** Entries that could not be written. */
  lost = 0;
  private readonly file: AppendFile;
  private readonly mask: (text: string) => string;
  private readonly timer: NodeJS.Timeout;
  private waiting = '';
  private waitingEntries = 0;
  private isClosed = false;

  constructor(path: string, mask: (text: string) => string = (text) => text) {
    this.file = new AppendFile(path);
    this.mask = mask;
    this.timer = setInterval(() => this.flush(), FLUSH_EVERY_MS);
    this.timer.unref();
  }

  begin(header: RecordingHeader): void {
    this.push(JSON.stringify(maskTexts(header, this.mask), mark));
    this.flush();
  }

  write(entry: Exclude<RecordingEntry, EndEntry>): void {
    // Figures, and books whose ids must stay as they are, have no secrets in them; words may have.
    this.push(JSON.stringify(hasWords(entry) ? maskTexts(entry, this.mask) : entry, mark));
  }

  /** The last line, however much room there was for the others. */
  end(entry: EndEntry): void {
    if (this.isClosed) return;
    this.flush();
    this.lose();
    this.isClosed = true;
    clearInterval(this.timer);
    const whole = { ...maskTexts(entry, this.mask), ...(this.lost > 0 ? { lost: this.lost } : {}) };
    if (!this.file.append(`${JSON.stringify(whole, mark)}\n`)) this.lost++;
    if (!this.file.close()) this.lost++;
  }

  private push(line: string): void {
    if (this.isClosed) return;
    this.waiting += `${line}\n`;
    this.waitingEntries++;
    if (this.waiting.length > FLUSH_FROM_CHARS) this.flush();
  }

  flush(): void {
    if (this.waitingEntries === 0) return;
    if (this.lost === 0 && this.file.append(this.waiting)) this.forget();
    else this.lose();
  }

  private lose(): void {
    this.lost += this.waitingEntries;
    this.forget();
  }

  private forget(): void {
    this.waiting = '';
    this.waitingEntries = 0;
  }
}

function hasWords(entry: RecordingEntry): boolean {
  return entry.k === 'begun' || entry.k === 'died' || (entry.k === 'said' && entry.m.type === 'note');
}

/** A worker, all of whose messages are written down before they are heard. */
export function recorded(hire: Hire, worker: number, recording: RecordingFile): Hire {
  return (hooks: Hooks) =>
    hire({
      ...hooks,
      heard(message) {
        recording.write({ k: 'said', w: worker, m: message });
        hooks.heard(message);
      },
    });
}
