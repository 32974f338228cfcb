import type { Faults } from './faults.ts';

const EVERY_MS = 1000;
/** One in so many is cut off. */
const ONE_IN = 3;

/**
 * Looks every second whether a mass disconnect is due, and cuts a third of the lines, at least one.
 *
 * @returns ends it
 */
export function watchDisconnects<T>(faults: Faults, lines: () => Iterable<T>, cut: (line: T) => void): () => void {
  const timer = setInterval(() => {
    const open = faults.isDue('mass_disconnect') ? [...lines()] : [];
    if (open.length === 0) return;
    faults.count('mass_disconnect');
    for (let left = Math.ceil(open.length / ONE_IN); left > 0; left--) {
      const [line] = open.splice(Math.floor(faults.between(0, open.length)), 1);
      cut(line);
    }
  }, EVERY_MS);
  return () => clearInterval(timer);
}
