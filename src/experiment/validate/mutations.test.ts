/** Each change of a single field of a sound record. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordSchema } from '../../record/schema.ts';
import { consistent } from './testdata/forger.ts';
import { vet } from './testdata/forgery.ts';
import { SOUND } from './testdata/sound.ts';

it('the record that is forged is accepted, also with everything derived again', () => {
  expect(vet(SOUND)).toEqual({ verdict: 'accept', reasons: [] });
  expect(vet(consistent(() => undefined))).toEqual({ verdict: 'accept', reasons: [] });
});

/**
 * Fields that may have any value: facts that only the contributor knows, and measurements that bounds allow to change.
 * Everything else gives a change away.
 */
const FREE: readonly RegExp[] = [
  /^unit$/,
  /^environment\.(shapemark|dawn|shaderCache|yieldCpu|runtime|os\.(release|arch)|cpu\.model)/,
  /^environment\.adapter\.(architecture|device|description|vendor|driver|memoryBytes|features|limits|subgroupSize)/,
  /^settings\.(suites|filter|adapter|target|budgetSeconds|sentinelSeconds|sentinelBeside|tuning|maxSets|coldBytes|kernels|shard)/,
  /^timer\.(wallResolutionSeconds|gpuOverWall|resolutionSeconds)/,
  /^peaks/,
  /^processes\[\d+\]\.(seconds|startedAt|lost|sentinel\[\d+\])/,
  /^startedAt$/,
  /^ended$/,
  /^profile\.(open|operands|compile|verify|total|measuring)/,
  /^samples/,
  /^cases\[\d+\]\.(from|distribution|seed|warnings|kernel\.(name|hash|technique|tile|thread|workgroup|tuning|matrixUnits|textureFillSeconds))/,
  /^cases\[\d+\]\.verify\.(kernelError|formatError|referenceDelta|digest)/,
  /^cases\[\d+\]\.visits\[\d+\]\.(repeats|wallSeconds|pipelineSeconds|firstDispatchSeconds|warmup|rejectedReadings|toSentinel|clock)/,
  // The sidecar has a hash of its own.
  /^cases\[\d+\]\.visits\[\d+\]\.samples/,
];

/** Paths of all leaves. */
function leaves(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => leaves(item, [...path, i]));
  if (value !== null && typeof value === 'object')
    return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
  return [path];
}

const nameOf = (path: readonly (string | number)[]) =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');

function mutated(path: readonly (string | number)[], factor: number): { record: typeof SOUND; name: string } | null {
  const draft = structuredClone(SOUND) as never as Record<string | number, unknown>;
  let at = draft;
  for (const part of path.slice(0, -1)) at = at[part] as Record<string | number, unknown>;
  const key = path.at(-1) as string | number;
  const old = at[key];
  if (typeof old === 'number') at[key] = Number.isInteger(old) ? Math.round(old * factor) + 1 : old * factor;
  else if (typeof old === 'boolean') at[key] = !old;
  else if (typeof old === 'string') at[key] = `${old}x`;
  else return null;
  const parsed = recordSchema.safeParse(draft);
  return parsed.success && at[key] !== old ? { record: parsed.data, name: nameOf(path) } : null;
}

describe('a change of one field', () => {
  const paths = leaves(SOUND).filter((path) => path[0] !== 'cases' || Number(path[1]) < 2);

  it('is found, unless the field is free', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.constantFrom(0.5, 1.7, 3), (path, factor) => {
        const made = mutated(path, factor);
        if (made === null || FREE.some((free) => free.test(made.name))) return;
        expect({ name: made.name, verdict: vet(made.record).verdict }).not.toMatchObject({ verdict: 'accept' });
      }),
      { numRuns: 150 },
    );
  });
});
