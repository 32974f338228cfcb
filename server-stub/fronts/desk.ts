import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { DirectAudience, type Listed } from '../rooms/audience.ts';
import type { Welcome } from '../rooms/door.ts';
import { SocketLine } from '../rooms/line.ts';
import type { Wish } from '../rooms/wish.ts';
import { Channel } from './channel.ts';
import { TO_FRONT, TO_MAIN } from './records.ts';

/** Those in a room of the main process who are here. */
class Room extends DirectAudience<Seat> {
  readonly number: number;

  constructor(number: number) {
    super();
    this.number = number;
  }
}

/** A viewer of this front. The main process knows them by their number. */
interface Seat extends Listed {
  readonly number: number;
  /** Null before JOIN, and when nothing may be sent to them any more. */
  room: Room | null;
}

const NOTHING = Buffer.alloc(0);

/** What a front does for the main process: it holds viewers, and knows of rooms only who is in them. */
export class Desk {
  private readonly channel: Channel;
  private readonly maxBufferedBytes: number;
  private readonly end: () => void;
  private readonly seats = new Map<number, Seat>();
  private readonly rooms = new Map<number, Room>();
  private lastNumber = 0;

  constructor(pipe: Duplex, maxBufferedBytes: number, end: () => void) {
    this.maxBufferedBytes = maxBufferedBytes;
    this.end = end;
    this.channel = new Channel(pipe, (kind, number, payload) => this.take(kind, number, payload));
  }

  readonly welcome: Welcome = (wish: Wish, ws: WebSocket, socket: Socket): void => {
    const number = ++this.lastNumber;
    const seat: Seat = { number, line: new SocketLine(ws, socket, this.maxBufferedBytes), slot: -1, room: null };
    this.seats.set(number, seat);
    // A close follows, which is what counts.
    ws.on('error', () => {});
    ws.on('close', () => {
      this.stand(seat);
      this.seats.delete(number);
      this.channel.send(TO_MAIN.left, number);
    });
    // No frame of the protocol is binary or empty: the main process takes both for malformed.
    ws.on('message', (data: Buffer, isBinary) => this.channel.send(TO_MAIN.said, number, isBinary ? NOTHING : data));
    this.channel.send(TO_MAIN.enter, number, Buffer.from(JSON.stringify(wish)));
  };

  private take(kind: number, number: number, payload: Buffer): void {
    if (kind === TO_FRONT.broadcast) this.rooms.get(number)?.broadcast(payload, this.fellBehind);
    else if (kind === TO_FRONT.end) this.end();
    else {
      const seat = this.seats.get(number);
      // Gone meanwhile, and the main process will hear of it.
      if (seat === undefined) return;
      if (kind === TO_FRONT.tell) this.tell(seat, payload);
      else if (kind === TO_FRONT.join) this.sit(seat, payload.readUInt32LE());
      else if (kind === TO_FRONT.close) {
        this.stand(seat);
        seat.line.close(payload.readUInt16LE(), payload.toString('utf8', 2));
      }
    }
  }

  private tell(seat: Seat, frame: Buffer): void {
    if (seat.room !== null && !seat.line.send(frame)) this.fellBehind(seat);
  }

  private sit(seat: Seat, roomNumber: number): void {
    let room = this.rooms.get(roomNumber);
    if (room === undefined) this.rooms.set(roomNumber, (room = new Room(roomNumber)));
    room.add(seat);
    seat.room = room;
  }

  private stand(seat: Seat): void {
    const { room } = seat;
    if (room === null) return;
    room.remove(seat);
    seat.room = null;
    if (room.size === 0) this.rooms.delete(room.number);
  }

  /** The main process counts it and answers with the close frame. */
  private readonly fellBehind = (seat: Seat): void => {
    this.stand(seat);
    this.channel.send(TO_MAIN.fellBehind, seat.number);
  };
}
