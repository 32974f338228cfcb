/** Ctrl-C: the first asks the run to end in order, the second to end at once. */
export interface Interrupt {
  readonly stop: AbortSignal;
  readonly stopNow: AbortSignal;
  /** Gives the signals back. */
  release(): void;
}

/** Takes away the listener that `flashcrowd.js` sets while the code is being loaded. */
export function takeOverInterrupt(): void {
  for (const listener of process.listeners('SIGINT')) {
    if (listener.name === 'stopBeforeStart') process.off('SIGINT', listener);
  }
}

export function catchInterrupt(tell: (line: string) => void): Interrupt {
  const stop = new AbortController();
  const stopNow = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) return stopNow.abort();
    tell('stopping: the viewers leave and the report is written; Ctrl-C again stops at once');
    stop.abort();
  };
  // Before the old listener goes: a signal that is on its way would be lost while there is none.
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  takeOverInterrupt();
  return {
    stop: stop.signal,
    stopNow: stopNow.signal,
    release() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
