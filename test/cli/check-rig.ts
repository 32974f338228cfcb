import path from 'node:path';
import { stringify } from 'yaml';
import { checkTarget, type CheckOptions } from '../../bin/target/check.ts';
import type { CheckReport } from '../../bin/target/report.ts';
import { folderWith } from '../targets/config/rig.ts';
import type { RoomFile } from '../targets/room-options.ts';

/** `target check` in this process. */
export async function checked(
  specs: readonly string[],
  options: Partial<CheckOptions>,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ code: number; report: CheckReport }> {
  let text = '';
  const whole = { target: [], iOwnThisTarget: [], room: 'main', json: true, ...options };
  const output = { color: false, print: (more: string) => void (text += more) };
  const resolve = (): Promise<never> => Promise.reject(new Error('no names here'));
  const code = await checkTarget(specs, whole, output, { environment, resolve });
  return { code, report: JSON.parse(text) as CheckReport };
}

/** Each step with what became of it: `join ok`. */
export const statuses = ({ steps }: CheckReport): string[] => steps.map(({ name, status }) => `${name} ${status}`);

/** Checks a room alone, from a target file that says so. */
export async function checkedRoom(
  use: string,
  room: RoomFile,
): Promise<{ code: number; report: CheckReport; can: Readonly<Record<string, string>> }> {
  const folder = await folderWith({ 'room.yaml': stringify({ chat: { use, ...room } }) });
  const { code, report } = await checked([path.join(folder, 'room.yaml')], {});
  return { code, report, can: Object.fromEntries(report.measures.map((measure) => [measure.what, measure.can])) };
}
