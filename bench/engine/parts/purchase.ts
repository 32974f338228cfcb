/** How many requests a second of the client's CPU makes. */
import { LineProgram } from '../children.ts';
import { C_CLIENT, here, TSX_ARGS } from '../places.ts';
import { cpuSeconds, quiet } from '../processes.ts';
import { BenchServer } from '../server.ts';
import { buyWithArtillery } from '../tools/artillery.ts';
import { buyWithK6 } from '../tools/k6.ts';
import type { Buying, ToolName } from '../tools/tool.ts';
import type { Row, Rows, TableHead } from './rows.ts';

const POSTS = 10_000;
const LINES = 50;
const WARM_UP_POSTS = 3000;

export const PURCHASE_HEAD: TableHead = {
  title: 'Purchases',
  about: `${POSTS.toLocaleString('en-US')} POSTs of 100 bytes of JSON, each answered by 100 bytes that are read, over ${LINES} kept connections. What runs in Node has made ${WARM_UP_POSTS.toLocaleString('en-US')} before.`,
  unit: 'POSTs per CPU-second',
  digits: 0,
};

interface Buyer {
  readonly name: Row['tool'];
  /** Measured when this tool is. */
  readonly tool: ToolName;
  readonly label: string;
  readonly start: (server: BenchServer) => Promise<Buying>;
}

const node =
  (how: string) =>
  (server: BenchServer): Promise<Buying> =>
    lineBuyer(
      () =>
        new LineProgram('client', how, process.execPath, [
          ...TSX_ARGS,
          here('clients/shop.ts'),
          String(server.port),
          how,
        ]),
    );

const native = (server: BenchServer): Promise<Buying> =>
  lineBuyer(() => new LineProgram('client', 'the C client', C_CLIENT, [String(server.port)]));

export const BUYERS: readonly Buyer[] = [
  { name: 'c', tool: 'c', label: 'C, epoll', start: native },
  { name: 'flashcrowd', tool: 'flashcrowd', label: 'flashcrowd, HttpClient', start: node('flashcrowd') },
  { name: 'undici-request', tool: 'flashcrowd', label: 'undici `request`, `body.text()`', start: node('request') },
  { name: 'undici-dispatch', tool: 'flashcrowd', label: 'undici `dispatch`', start: node('dispatch') },
  { name: 'k6', tool: 'k6', label: 'k6, k6/http', start: (server) => buyWithK6(server, POSTS, LINES) },
  {
    name: 'artillery',
    tool: 'artillery',
    label: 'Artillery',
    start: (server) => buyWithArtillery(server, POSTS, LINES),
  },
];

async function lineBuyer(begin: () => LineProgram): Promise<Buying> {
  const program = begin();
  await program.next();
  await program.ask(`post ${WARM_UP_POSTS} ${LINES}`);
  await quiet(program.pid);
  return {
    pid: program.pid,
    buy: async () => Number((await program.ask(`post ${POSTS} ${LINES}`)).count),
    end: () => program.end(),
  };
}

export async function purchase(buyer: Buyer, rows: Rows): Promise<void> {
  const server = await BenchServer.start();
  try {
    const buying = await buyer.start(server);
    const earlier = await server.posts();
    const before = cpuSeconds(buying.pid);
    const told = await buying.buy();
    const used = cpuSeconds(buying.pid) - before;
    if (used <= 0) throw new Error('the client had ended before its CPU time was read');
    const answered = (await server.posts()) - earlier;
    await buying.end();
    const note = told === answered ? `all ${answered.toLocaleString('en-US')} answered` : `**${told} of ${answered}**`;
    rows.add('purchase', buyer.name, buyer.label, told / used, note);
  } finally {
    await server.end();
  }
}
