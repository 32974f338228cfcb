/* Loaded into `flashcrowd run` before its own code: the workers that it starts get a small heap, and nobody else does. */
const children = require('node:child_process');
const { syncBuiltinESMExports } = require('node:module');

const fork = children.fork;
const limit = `--max-old-space-size=${process.env.BENCH_HEAP_MIB}`;

children.fork = (program, args, options) => {
  const execArgv = options?.execArgv ?? [];
  const isWorker = String(program).includes('worker-main');
  return fork(program, args, isWorker ? { ...options, execArgv: [limit, ...execArgv] } : options);
};
syncBuiltinESMExports();
