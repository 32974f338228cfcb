import { readPlaylist, type Playlist } from './playlist.ts';

interface Known {
  readonly body: Buffer;
  readonly playlist: Playlist | null;
}

/** The edges of a CDN are not all equally far. */
const BODIES_A_PLAYLIST = 4;
/** Playlists with a token of each viewer's own are as many as viewers; what was not asked for lately is forgotten. */
const PLAYLISTS_AT_MOST = 2000;

/** The same bytes are parsed once for all viewers of a worker, and are the same object: who has read it before sees that nothing is new. */
export class PlaylistCache {
  /** How often a body had to be parsed. */
  parsed = 0;
  private readonly playlists = new Map<string, Known[]>();

  /** `url` is where the body came from, without what was asked of a reload. Null for what is no playlist. */
  read(url: string, body: Buffer): Playlist | null {
    const known = this.playlists.get(url) ?? [];
    const same = known.find((each) => each.body.equals(body));
    if (same) return same.playlist;
    this.parsed++;
    const playlist = readPlaylist(body.toString('utf8').replace(/^\uFEFF/, ''), url);
    known.unshift({ body, playlist });
    if (known.length > BODIES_A_PLAYLIST) known.pop();
    this.keep(url, known);
    return playlist;
  }

  /** A map gives back its keys in the order in which they were set. */
  private keep(url: string, known: Known[]): void {
    this.playlists.delete(url);
    this.playlists.set(url, known);
    if (this.playlists.size <= PLAYLISTS_AT_MOST) return;
    const [oldest] = this.playlists.keys();
    this.playlists.delete(oldest);
  }
}
