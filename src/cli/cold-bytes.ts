/** `--cold-bytes`, for every command whose operands may be cold. */
import { UsageError } from '../experiment/errors.ts';

export const COLD_BYTES_OPTION = {
  type: 'string',
  coerce: readColdBytes,
  describe: 'Size that the rotation of cold operands exceeds, e.g. 512MiB',
  defaultDescription: 'twice the last-level cache',
} as const;

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};
const MOST_BYTES = 2 ** 40;

/** Bytes that were asked for; undefined where the device decides. @throws UsageError */
export function readColdBytes(text: string | readonly string[] | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw new UsageError('--cold-bytes is given more than once');
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([A-Za-z]*)$/.exec(text.trim()) ?? [];
  const scale = Object.entries(UNITS).find(([name]) => name.toLowerCase() === unit.toLowerCase())?.[1];
  const bytes = number === '' || scale === undefined ? Number.NaN : Math.round(Number(number) * scale);
  if (bytes >= 1 && bytes <= MOST_BYTES) return bytes;
  const hint = bytes === 0 ? '; for operands in cache use --operands hot' : '';
  throw new UsageError(
    `--cold-bytes ${text}: expected a size such as 512MiB, 1GiB or 268435456, at most 1024GiB${hint}`,
  );
}
