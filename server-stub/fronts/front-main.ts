/**
 * A front: a process that holds sockets of viewers for the main process, which `Front` starts. It does the handshakes,
 * passes on what viewers say, and writes what it is told to them. It ends with the main process.
 */
import { createServer, type Server as HttpServer } from 'node:http';
import { Socket, type Server } from 'node:net';
import { Door } from '../rooms/door.ts';
import { Desk } from './desk.ts';
import { PIPE_FD, type FrontReport, type FrontSettings } from './front.ts';
import { passOn } from './pass-on.ts';

/** As fastify has it: longer than any client in use keeps a connection. */
const KEEP_ALIVE_MS = 72_000;

const settings = JSON.parse(process.argv[2]) as FrontSettings;
const pipe = new Socket({ fd: PIPE_FD, readable: true, writable: true });
const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, passOn(settings.shopUrl));
const desk = new Desk(pipe, settings.maxBufferedBytes, end);
const door = new Door(server, desk.welcome);

pipe.on('close', () => process.exit());
// Ctrl-C reaches the whole process group; the main process decides when it is over.
process.on('SIGINT', () => {});
process.once('message', (_listen, port) => listen(server, port as Server));

function listen(server: HttpServer, port: Server): void {
  const report = (said: FrontReport): void => void process.send?.(said);
  const failed = ({ message, code }: NodeJS.ErrnoException): void => {
    report({ type: 'failed', message, code });
    process.exitCode = 1;
    pipe.destroy();
  };
  server.once('error', failed);
  server.listen(port, settings.backlog, () => {
    server.off('error', failed);
    report({ type: 'listening' });
  });
}

function end(): void {
  door.close();
  server.close(() => process.exit(0));
  setTimeout(() => {
    door.terminateAll();
    server.closeAllConnections();
  }, settings.graceMs);
}
