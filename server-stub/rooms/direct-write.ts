import type { Socket } from 'node:net';

/**
 * Writes a frame to a socket without making anything for it.
 *
 * `socket.write` makes a request object and walks the state of a stream for every call, though the kernel nearly always
 * takes a frame at once and nothing is left to remember: at 1,000 viewers that was about a sixth of what a delivery costs
 * (docs/stub.md). So the frame goes to the handle below the stream, as `socket.write` itself does it
 * (lib/internal/stream_base_commons.js), with a request object that is used again as long as the kernel takes everything.
 * These parts of Node are not documented. Where they are missing, and whenever anything waits already, `socket.write` does
 * the work: the stream's queue and libuv's keep the order.
 */

/** Bytes of a socket that the kernel did not take at once and that the stream does not know of. */
export interface Late {
  lateBytes: number;
}

interface WriteRequest {
  oncomplete: (status: number) => void;
  handle: Handle;
  buffer: Buffer;
}

interface Handle {
  /** 0, or an error number below 0. */
  writeBuffer(request: WriteRequest, frame: Buffer): number;
}

interface StreamWrap {
  readonly WriteWrap: new () => WriteRequest;
  /** What the last write of this thread did, at the index `kLastWriteWasAsync` among others. */
  readonly streamBaseState: Int32Array;
  readonly kLastWriteWasAsync: number;
}

const wrap = findStreamWrap();
let spare: WriteRequest | null = wrap === null ? null : new wrap.WriteWrap();

function findStreamWrap(): StreamWrap | null {
  try {
    const { binding } = process as unknown as { binding(name: string): Partial<StreamWrap> };
    const { WriteWrap, streamBaseState, kLastWriteWasAsync } = binding('stream_wrap');
    if (typeof WriteWrap !== 'function' || !(streamBaseState instanceof Int32Array)) return null;
    if (typeof kLastWriteWasAsync !== 'number') return null;
    return { WriteWrap, streamBaseState, kLastWriteWasAsync };
  } catch {
    return null;
  }
}

/** Writes the whole frame, now or as soon as the socket takes it. `late` belongs to this socket alone. */
export function writeFrame(socket: Socket, frame: Buffer, late: Late): void {
  const { _handle: handle } = socket as unknown as { _handle?: Partial<Handle> | null };
  const nothingWaits = socket.writableLength === 0 && late.lateBytes === 0;
  if (wrap === null || spare === null || !nothingWaits || typeof handle?.writeBuffer !== 'function') {
    socket.write(frame);
    return;
  }
  const request = spare;
  const error = handle.writeBuffer(request, frame);
  if (error === 0 && wrap.streamBaseState[wrap.kLastWriteWasAsync] === 0) return;
  spare = new wrap.WriteWrap();
  // An error is found again by `socket.write`, which knows what to do about it.
  if (error === 0) awaitRest(socket, request, handle as Handle, frame, late);
  else socket.write(frame);
}

/** The kernel is full: the request is in use until libuv has written the rest, and the frame must live as long. */
function awaitRest(socket: Socket, request: WriteRequest, handle: Handle, frame: Buffer, late: Late): void {
  late.lateBytes = frame.length;
  request.handle = handle;
  request.buffer = frame;
  request.oncomplete = (status) => {
    late.lateBytes = 0;
    if (status < 0) socket.destroy();
  };
}
