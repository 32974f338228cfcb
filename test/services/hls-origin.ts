import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, ServerProcess } from './server-process.ts';

/** Where a live stream is cut into segments of a second, in two renditions, and served: ffmpeg and nginx, in a folder of their own. */
export class HlsOrigin {
  readonly url: string;
  private readonly folder: string;
  private readonly nginx: ServerProcess;
  private readonly ffmpeg: ServerProcess;

  private constructor(programs: HlsPrograms, port: number, container: HlsContainer) {
    this.url = `http://127.0.0.1:${port}`;
    this.folder = mkdtempSync(join(tmpdir(), 'flashcrowd-hls-'));
    mkdirSync(join(this.folder, 'live'));
    writeFileSync(join(this.folder, 'nginx.conf'), nginxConf(this.folder, port));
    const start = ['-p', this.folder, '-c', 'nginx.conf', '-e', 'stderr'];
    this.nginx = new ServerProcess([programs.nginx, ...start], /event method/);
    const cut = ffmpegOptions(join(this.folder, 'live'), container);
    this.ffmpeg = new ServerProcess([programs.ffmpeg, ...cut], /Output #0/);
  }

  /** Resolves when there is enough of the stream to begin with. */
  static async start(programs: HlsPrograms, container: HlsContainer): Promise<HlsOrigin> {
    const origin = new HlsOrigin(programs, await freePort(), container);
    await Promise.all([origin.nginx.start(), origin.ffmpeg.start()]);
    while (origin.segments() < 4) await delay(100);
    return origin;
  }

  /** No new segments from now on; what there is, is served. */
  async stopEncoder(): Promise<void> {
    await this.ffmpeg.end('SIGKILL');
  }

  async remove(): Promise<void> {
    await Promise.all([this.ffmpeg.end('SIGKILL'), this.nginx.end('SIGKILL')]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private segments(): number {
    try {
      const playlist = readFileSync(join(this.folder, 'live', 'v1', 'media.m3u8'), 'utf8');
      return playlist.match(/#EXTINF/g)?.length ?? 0;
    } catch {
      return 0;
    }
  }
}

export interface HlsPrograms {
  readonly ffmpeg: string;
  readonly nginx: string;
}

/** `fmp4` has an initialisation segment. */
export type HlsContainer = 'mpegts' | 'fmp4';

function ffmpegOptions(folder: string, container: HlsContainer): string[] {
  const inputs = [
    '-re',
    '-f',
    'lavfi',
    '-i',
    'testsrc=size=320x180:rate=12',
    '-f',
    'lavfi',
    '-i',
    'sine=frequency=440',
  ];
  const maps = ['-map', '0:v', '-map', '1:a', '-map', '0:v', '-map', '1:a'];
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '12', '-sc_threshold', '0'];
  const rates = ['-b:v:0', '100k', '-maxrate:v:0', '100k', '-bufsize:v:0', '100k', '-s:v:0', '160x90'];
  const high = ['-b:v:1', '400k', '-maxrate:v:1', '400k', '-bufsize:v:1', '400k'];
  const hls = ['-f', 'hls', '-hls_time', '1', '-hls_list_size', '6', '-hls_segment_type', container];
  const flags = ['-hls_flags', 'delete_segments+program_date_time+independent_segments', '-hls_delete_threshold', '3'];
  const names = [
    '-master_pl_name',
    'master.m3u8',
    '-var_stream_map',
    'v:0,a:0 v:1,a:1',
    join(folder, 'v%v', 'media.m3u8'),
  ];
  const segments = ['-hls_segment_filename', join(folder, 'v%v', container === 'fmp4' ? '%d.m4s' : '%d.ts')];
  const quiet = ['-hide_banner', '-nostdin', '-loglevel', 'info', '-nostats'];
  const sound = ['-c:a', 'aac', '-b:a', '32k'];
  return [quiet, inputs, maps, video, rates, high, sound, hls, flags, segments, names].flat();
}

/** One process in the foreground, which keeps to its folder. */
function nginxConf(folder: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind}_temp_path ${join(folder, kind)};`,
  );
  return `daemon off;
master_process off;
pid ${join(folder, 'nginx.pid')};
error_log stderr notice;
events { worker_connections 512; }
http {
${temporary.join('\n')}
  access_log off;
  types {
    application/vnd.apple.mpegurl m3u8;
    video/mp2t ts;
    video/mp4 mp4 m4s;
  }
  server {
    listen 127.0.0.1:${port};
    location / { root ${folder}; }
  }
}
`;
}
