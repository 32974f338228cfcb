import { FlashcrowdError, type Problem } from '../../errors.ts';
import { formatDuration } from '../../scenario/format.ts';
import type { RecordingHeader } from './recording.ts';

/** What all shards of a run have in common: how it is called, and in which words it is told. */
const ALIKE: Readonly<Record<string, (header: RecordingHeader) => string>> = {
  run: ({ runId }) => runId,
  scenario: ({ scenario }) => scenario.name,
  seed: ({ seed }) => seed,
  '--scale': ({ scale }) => `${scale}`,
  '--start-at': ({ startAtEpochMs }) => new Date(startAtEpochMs).toISOString(),
  window: ({ fromMs, forMs }) => `${formatDuration(fromMs)} for ${formatDuration(forMs)}`,
  shards: ({ shards }) => `${shards}`,
  '--workers': ({ workers }) => `${workers}`,
  flashcrowd: ({ tool }) => tool.version,
};

interface Named {
  readonly folder: string;
  readonly header: RecordingHeader;
}

/**
 * Throws SHARDS_DIFFER, with all problems, unless these are recordings of one run, each of another shard. Some may be missing. `recordings`:
 * at least one.
 */
export function checkTogether(recordings: readonly Named[]): void {
  const [first, ...others] = recordings;
  const problems = [...others.flatMap((other) => differences(first, other)), ...twice(recordings)];
  if (problems.length === 0) return;
  throw new FlashcrowdError('SHARDS_DIFFER', 'These recordings are not the shards of one run.', problems);
}

function differences(first: Named, other: Named): Problem[] {
  const named = Object.entries(ALIKE).flatMap(([path, of]): Problem[] => {
    const [expected, found] = [of(first.header), of(other.header)];
    return expected === found
      ? []
      : [{ file: other.folder, path, message: found, expected: `${expected}, as in ${first.folder}` }];
  });
  const isSame = JSON.stringify(first.header.scenario) === JSON.stringify(other.header.scenario);
  if (isSame || first.header.scenario.name !== other.header.scenario.name) return named;
  const hint = 'was the file changed, or --set given to one of them alone?';
  return [
    ...named,
    { file: other.folder, path: 'scenario', message: `says something else than in ${first.folder}`, hint },
  ];
}

function twice(recordings: readonly Named[]): Problem[] {
  const seen = new Map<number, string>();
  return recordings.flatMap(({ folder, header }): Problem[] => {
    const before = seen.get(header.shard);
    seen.set(header.shard, before ?? folder);
    if (before === undefined) return [];
    return [{ file: folder, path: '--shard', message: `is shard ${header.shard}, and so is ${before}` }];
  });
}
