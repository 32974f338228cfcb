#!/usr/bin/env node
/* Starts the command line. Written so that any Node parses it, as a module or not: an old one is told, not crashed. */
var version = process.versions.node.split('.').map(Number);
if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  console.error(
    'flashcrowd needs Node 20.19 or later; this is Node ' +
      process.versions.node +
      '. Install a newer one from https://nodejs.org, or switch with your version manager.',
  );
  process.exit(104);
} else {
  // Ctrl-C before a command has taken over: nothing has begun. Commands that end in order take this listener away, by name.
  process.on('SIGINT', function stopBeforeStart() {
    process.exit(105);
  });
  // tsx compiles the TypeScript as it is loaded. The tsconfig.json of the folder one happens to be in must not matter.
  import('tsx/esm/api')
    .then(function (tsx) {
      tsx.register({ tsconfig: false });
      return import('./main.ts');
    })
    .then(function (main) {
      return main.main(process.argv);
    })
    .then(function (code) {
      return (process.exitCode = code);
    });
}
