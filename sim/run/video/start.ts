import type { CompiledScenario } from '../../crowd/compiled.ts';
import type { Crowd } from '../../crowd/crowd.ts';
import { FlashcrowdError } from '../../errors.ts';
import type { TargetConfig } from '../../targets/combine.ts';
import type { EventClock } from '../../live/clock.ts';
import { Connector } from '../http/connector.ts';
import { TimeLimits } from '../http/time-limits.ts';
import type { WorkerSetup } from '../messages.ts';
import type { Recorder } from '../../live/recorder.ts';
import { tlsSettings } from '../tls-settings.ts';
import type { LocalAddresses } from '../wire/local-addresses.ts';
import { endpointOf } from '../wire/proxy.ts';
import { Tls } from '../wire/tls.ts';
import { mediaOver } from './media-over.ts';
import { VideoAudience } from './video-audience.ts';

interface Parts {
  readonly crowd: () => Crowd;
  readonly clock: EventClock;
  readonly recorder: Recorder;
  readonly localAddresses: LocalAddresses;
}

/** The viewers of a worker who watch the stream; `null`: the scenario has none. */
export function videoAudience(
  setup: WorkerSetup,
  { crowd, clock, recorder, localAddresses }: Parts,
): VideoAudience | null {
  const { scenario, target, userAgent, videoConnections, videoHosts } = setup;
  const { video } = scenario;
  if (video === null) return null;
  const connector = new Connector(localAddresses, new TimeLimits(), new Tls(tlsSettings(target)));
  const hosts = new Set(videoHosts);
  const http = mediaOver({
    connect: ({ protocol, host, hostname }, callback) =>
      void connector.open(endpointOf(new URL(`${protocol}//${host ?? hostname}`)), callback),
    connections: videoConnections,
    userAgent,
    isAllowed: (hostname) => hosts.has(hostname),
  });
  return new VideoAudience({ scenario, video, shopUrl: bundledUrl(target) ?? '', http, crowd, clock, recorder });
}

/** Hosts that the players may ask; playlists and redirects can name any. `owned`: those that the user says are theirs. */
export function videoHostsOf(
  { video }: CompiledScenario,
  origins: readonly string[],
  owned: readonly string[],
): string[] {
  if (video === null) return [];
  const urls = video.url === null ? origins : [...origins, video.url];
  return [...new Set([...urls.map((url) => new URL(url).hostname), ...owned])];
}

/** Throws FlashcrowdError SCENARIO_INVALID when there is no stream to watch: only the bundled shop has one of its own. */
export function checkStream({ video }: CompiledScenario, target: TargetConfig): void {
  if (video === null || video.url !== null || bundledUrl(target) !== null) return;
  throw new FlashcrowdError('SCENARIO_INVALID', `${target.name} has no stream that is known.`, [
    {
      path: 'video.url',
      message: 'missing',
      expected: 'the playlist of your stream, such as https://cdn.example.com/live/{{room}}.m3u8',
      hint: 'only the bundled shop has a stream of its own; without `video:` nobody watches',
    },
  ]);
}

function bundledUrl({ parts }: TargetConfig): string | null {
  const bundled = parts.find(({ use }) => use === 'stub');
  return bundled ? (bundled.options as { readonly url: string }).url : null;
}
