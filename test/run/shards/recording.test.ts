import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RecordingFile } from '../../../sim/run/shards/recording-file.ts';
import { RecordingReader } from '../../../sim/run/shards/read-recording.ts';
import { RECORDING_FILE, type RecordingEntry } from '../../../sim/run/shards/recording.ts';
import { COMPLETE, FakeWorker, header, recordShard, temporaryFolder } from './rig.ts';

async function readAll(folder: string): Promise<{ entries: RecordingEntry[]; broken: string | null }> {
  const reader = await RecordingReader.open(folder);
  const entries: RecordingEntry[] = [];
  for (let entry = await reader.next(); entry !== null; entry = await reader.next()) entries.push(entry);
  await reader.close();
  return { entries, broken: reader.broken };
}

const fileOf = (folder: string): string => path.join(folder, RECORDING_FILE);

describe('a recording', () => {
  it('is read as it was written', async () => {
    const folder = temporaryFolder();
    const written = new RecordingFile(fileOf(folder));
    const worker = new FakeWorker();
    const message = worker.second(0, 7, 12.5);
    written.begin(header(2));
    written.write({ k: 'said', w: 0, m: message });
    written.write({ k: 'died', w: 0, how: 'killed by SIGKILL' });
    written.end(COMPLETE);
    const reader = await RecordingReader.open(folder);
    expect(reader.header).toEqual(header(2));
    expect(await reader.next()).toStrictEqual({ k: 'said', w: 0, m: message });
    expect(await reader.next()).toEqual({ k: 'died', w: 0, how: 'killed by SIGKILL' });
    expect(await reader.next()).toEqual(COMPLETE);
    expect(await reader.next()).toBeNull();
    expect(reader.broken).toBeNull();
  });

  it('that was cut off in a line holds what was written before', async () => {
    const folder = recordShard(1);
    const whole = await readAll(folder);
    truncateSync(fileOf(folder), readFileSync(fileOf(folder)).length - 10);
    const torn = await readAll(folder);
    expect(torn.entries).toEqual(whole.entries.slice(0, -1));
    expect(torn.broken).toBe('it breaks off');
  });

  it('is read up to a line that is none', async () => {
    const folder = recordShard(1, { seconds: 2 });
    const { entries } = await readAll(folder);
    appendFileSync(fileOf(folder), '{"k":"said","w":\n{"k":"died","w":0,"how":"later"}\n');
    const broken = await readAll(folder);
    expect(broken.entries).toEqual(entries);
    expect(broken.broken).toBe(`its line ${entries.length + 2} cannot be read`);
  });

  it('keeps secrets out of words, and leaves figures and ids alone', async () => {
    const folder = temporaryFolder();
    const written = new RecordingFile(fileOf(folder), (text) => text.replaceAll('s3cret', '***'));
    written.begin(header(1, { targetWords: ['--target', 'http://shop/?key=s3cret'] }));
    written.write({ k: 'died', w: 0, how: 'no access with s3cret' });
    written.write({ k: 'said', w: 0, m: { type: 'note', text: 's3cret' } });
    written.end({ ...COMPLETE, ending: { kind: 'crashed', message: 's3cret' } });
    const text = readFileSync(fileOf(folder), 'utf8');
    expect(text).not.toContain('s3cret');
    expect(text.match(/\*\*\*/g)).toHaveLength(4);
  });

  it('on a disk that is full takes no more, and nobody is stopped by it', () => {
    const written = new RecordingFile(path.join(temporaryFolder(), 'not-there', RECORDING_FILE));
    written.begin(header(1));
    written.end(COMPLETE);
    expect(written.lost).toBe(2);
  });

  it('that is none, or of another version, is refused', async () => {
    const folder = temporaryFolder();
    await expect(RecordingReader.open(folder)).rejects.toMatchObject({ code: 'RECORDING_UNREADABLE' });
    writeFileSync(fileOf(folder), '{"format":"flashcrowd/history"}\n');
    await expect(RecordingReader.open(folder)).rejects.toThrow('does not begin like a recording');
    writeFileSync(fileOf(folder), `${JSON.stringify({ ...header(1), version: 9 })}\n`);
    await expect(RecordingReader.open(folder)).rejects.toThrow('is of version 9, this flashcrowd reads 1');
  });
});
