import type { FromShard } from '../live/messages.ts';
import { Shard } from '../live/shard.ts';
import { createTarget } from '../targets/index.ts';
import { ByteReading } from './byte-reading.ts';
import { readBeacon } from './health/beacon-reader.ts';
import { OwnMonitor } from './health/monitor.ts';
import { HistoryFile } from './history/history-file.ts';
import { HttpClients } from './http-clients.ts';
import { lineOpener } from './lines.ts';
import type { WorkerSetup } from './messages.ts';
import { tlsSettings } from './tls-settings.ts';
import { videoAudience } from './video/start.ts';
import { createDialer } from './wire/dialer.ts';
import { LocalAddresses } from './wire/local-addresses.ts';

/** What the shop may answer to a viewer. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** A shard of the crowd over the sockets of this process. Throws what an adapter throws for options that it cannot use. */
export async function createWorker(setup: WorkerSetup, send: (message: FromShard) => void): Promise<Shard> {
  const { scenario, userAgent, hosts, shopConnections, bulkEveryMs, probeShare, historyFolder: folder } = setup;
  const { runId, shard: number, shards, fromMs } = setup;
  const target = await createTarget(setup.target);
  const tls = tlsSettings(setup.target);
  const localAddresses = new LocalAddresses(setup.localAddresses);
  const dialer = createDialer({ localAddresses, tls, userAgent });
  const policy = scenario.connections;
  const maxAnswerBytes = MAX_ANSWER_BYTES;
  // Pooled: what is said, heard and signed in over HTTP is no shopping.
  const roomHttp = new HttpClients(shopConnections, { localAddresses, tls, userAgent, hosts });
  const receiving = { probeShare, bulkEveryMs };
  const shard = new Shard({
    setup,
    target,
    send,
    http: new HttpClients(shopConnections, { policy, localAddresses, maxAnswerBytes, tls, userAgent, hosts }),
    roomHttp,
    reading: (listener) => {
      const openLine = lineOpener(target.room, dialer, roomHttp, hosts);
      return new ByteReading(target.room, openLine, receiving, listener);
    },
    watching: (parts) => videoAudience(setup, { ...parts, localAddresses }),
    history: new HistoryFile({ folder, runId, shard: number, shards, fromMs }),
    monitor: new OwnMonitor(),
    soon: setImmediate,
    usage,
    compressed: () => dialer.compressed,
  });
  const { recorder, clock } = shard;
  if (setup.beacon) {
    readBeacon(setup.beacon, (sentMs, readMs) => recorder.receiveWait(sentMs, readMs, clock.now()));
  }
  return shard;
}

function usage() {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, maxRssMiB: process.resourceUsage().maxRSS / 1024 };
}
