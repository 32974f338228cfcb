import { epochMs } from '../live/clock.ts';
import type { Line } from '../live/line.ts';
import type { Link } from '../live/link.ts';
import type { Listener, Reading } from '../live/reading.ts';
import { COUNTER } from '../metrics/series.ts';
import type { RoomTarget, TargetViewer } from '../targets/target.ts';
import { BulkReader } from './bulk-reader.ts';
import { Ear, type Reader } from './ear.ts';
import { FrameReader } from './frame-reader.ts';
import type { OpenLine } from './lines.ts';
import { ReadMemory } from './read-memory.ts';

/** How the viewers' sockets are read. */
export interface ReceivingSetup {
  /** Of the viewers: those whose lag is measured at the instant of arrival, 0 to 1. */
  readonly probeShare: number;
  /** The others may be read in batches of so long, to save system calls. */
  readonly bulkEveryMs: number;
}

/** Reads the bytes of sockets in place: reads that are known as a whole, then frames that are known, then what is new. */
export class ByteReading implements Reading, Reader {
  private readonly listener: Listener;
  private readonly openLine: OpenLine;
  private readonly receiving: ReceivingSetup;
  private readonly bulk: BulkReader;
  private readonly readers: readonly FrameReader[];
  /** By room: of probes, and of those who are read in batches, whose reads are others. */
  private readonly memories: readonly { readonly probes: ReadMemory; readonly bulk: ReadMemory }[];

  constructor(room: RoomTarget | null, openLine: OpenLine, receiving: ReceivingSetup, listener: Listener) {
    const { numberings } = listener;
    this.listener = listener;
    this.openLine = openLine;
    this.receiving = receiving;
    this.bulk = new BulkReader(receiving.bulkEveryMs);
    this.readers = room ? numberings.map((numbering) => new FrameReader(room, numbering)) : [];
    this.memories = numberings.map(() => ({ probes: new ReadMemory(), bulk: new ReadMemory() }));
  }

  open(viewer: TargetViewer, link: Link): Line {
    return this.openLine(viewer, new Ear(link, this));
  }

  /** From now on those who are no probes may be read in batches. */
  begin(): void {
    if (this.receiving.probeShare < 1) this.bulk.start();
  }

  end(): void {
    this.bulk.stop();
  }

  recognised(ear: Ear, buffer: Buffer, start: number, end: number): boolean {
    const { recorder, rows, present, hearing } = this.listener;
    const { link } = ear;
    const room = rows().room[link.row];
    // Who is alone reads what nobody has read before.
    if (present[room] <= 1 || ear.carry !== null) return false;
    const memory = this.memoryOf(link, room);
    // Nothing is due to a viewer who is not in yet.
    const read = link.state === 'open' ? memory.find(link.delivery.last + 1, buffer, start, end) : null;
    if (read === null) {
      memory.begin();
      return false;
    }
    const arrivedEpochMs = epochMs();
    if (recorder.counting) {
      recorder.series.add(COUNTER.framesReceived, read.frames);
      recorder.series.add(COUNTER.bytesReceived, read.payloadBytes);
    }
    if (!link.isProbe) this.bulk.read(ear, arrivedEpochMs);
    ear.turn = read.turn;
    hearing.hearRead(link, room, read, arrivedEpochMs);
    return true;
  }

  scanned({ link }: Ear, buffer: Buffer, start: number, end: number): void {
    const room = this.listener.rows().room[link.row];
    if (this.listener.present[room] > 1) this.memoryOf(link, room).learn(buffer, start, end);
  }

  frame(ear: Ear, buffer: Buffer, start: number, end: number, isBinary: boolean): void {
    const arrivedEpochMs = epochMs();
    const { recorder, rows, present, hearing } = this.listener;
    const { link } = ear;
    const room = rows().room[link.row];
    if (recorder.counting) {
      recorder.series.add(COUNTER.framesReceived, 1);
      recorder.series.add(COUNTER.bytesReceived, end - start);
    }
    // Who is not in yet is read at once: its welcome may be next.
    if (!link.isProbe && link.state === 'open') this.bulk.read(ear, arrivedEpochMs);
    const frame = this.readers[room]?.read(ear, buffer, start, end, isBinary, present[room] <= 1) ?? null;
    if (frame === null) return;
    if (frame.turn > 0) ear.turn = frame.turn;
    if (present[room] > 1) this.memoryOf(link, room).add(frame, end - start);
    hearing.hear(link, room, frame, arrivedEpochMs);
  }

  private memoryOf({ isProbe }: Link, room: number): ReadMemory {
    const { probes, bulk } = this.memories[room];
    return isProbe ? probes : bulk;
  }
}
