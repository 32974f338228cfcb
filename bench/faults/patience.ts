import type { Job, Played } from './job.ts';

const ATTEMPTS = 3;

/**
 * A machine that is full may be too slow to start a shop or a worker, or a shop too slow to sell: then the fault has no chance, and the job is
 * played again. So is a run that itself says that its generator was too slow to be believed. What such runs claimed counts all the same.
 *
 * @param play one try @param tell in a sentence, that and why a job is played again
 * @throws Error as the last try does, when none was played to its end
 */
export async function playPatiently(
  job: Job,
  play: (job: Job) => Promise<Played>,
  tell: (why: string) => void,
): Promise<Played> {
  const unusable: Played[] = [];
  for (let attempt = 1; ; attempt++) {
    try {
      const played = await play(job);
      const isUsable = played.orders > 0 && played.verdict !== 'invalid';
      if (isUsable || attempt === ATTEMPTS) return unusable.length === 0 ? played : { ...played, unusable };
      unusable.push(played);
      tell(`played again: ${JSON.stringify(job)} ${played.verdict}: ${played.reasons[0]}`);
    } catch (error) {
      if (attempt < ATTEMPTS) {
        tell(`played again: ${(error as Error).message.split('\n')[0]}`);
        continue;
      }
      const last = unusable.pop();
      if (last === undefined) throw error;
      return { ...last, unusable };
    }
  }
}
