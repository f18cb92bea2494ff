/** Records that somebody made up or changed. Each must be refused, or asked about, for the reason that gives it away. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordSchema } from '../../record/schema.ts';
import { gaussian, seededRandom } from '../../stats/random.ts';
import { sampleFindings } from './samples.ts';
import { consistent, type Draft, first, forged, measured, scaleTimes } from './testdata/forger.ts';
import { NOW, SOUND } from './testdata/sound.ts';
import { type VetOptions, vetRecord } from './vet.ts';

const vet = (record: typeof SOUND, more: Partial<VetOptions> = {}) =>
  vetRecord(record, { withSamples: true, now: NOW, ...more });

type Forgery = readonly [name: string, change: (draft: Draft) => void, reason: RegExp];

const H100 = {
  source: 'gpu',
  vendor: 'nvidia',
  architecture: 'hopper',
  device: 'NVIDIA H100 80GB HBM3',
  description: 'NVIDIA H100 80GB HBM3',
  driver: 'NVIDIA 570.86.10',
} as const;
const visits = (draft: Draft) => draft.cases.flatMap((row) => row.visits);
const process = (draft: Draft, index: number) => {
  const found = draft.processes[index];
  if (!found) throw new Error(`no process ${index}`);
  return found;
};

/** Made by a forger who derives everything again. */
const CONSISTENT: readonly Forgery[] = [
  ['all times halved', (draft) => scaleTimes(draft, 0.5), /profile\.kernels|samples take/],
  ['all times 0.9 of themselves', (draft) => scaleTimes(draft, 0.9), /profile\.kernels/],
  ['all times a hundredth', (draft) => scaleTimes(draft, 0.01), /profile\.kernels|above/],
  [
    'all times a hundredth, without peaks',
    (draft) => {
      scaleTimes(draft, 0.01);
      draft.peaks = [];
    },
    /profile|samples/,
  ],
  [
    'all times halved, the phases too',
    (draft) => {
      scaleTimes(draft, 0.5);
      draft.profile.kernels = (draft.profile.kernels ?? 0) / 2;
      draft.profile.measuring = (draft.profile.measuring ?? 0) / 2;
    },
    /samples take .* of the time that the settings ask for|warm-up took/,
  ],
  [
    'all times halved, everything else too',
    (draft) => {
      scaleTimes(draft, 0.5);
      for (const visit of visits(draft)) visit.warmup.seconds /= 2;
      for (const name of Object.keys(draft.profile)) draft.profile[name] = (draft.profile[name] ?? 0) / 2;
      for (const each of draft.processes) each.seconds /= 2;
      for (const peak of draft.peaks) {
        if (peak.flopPerSecond) peak.flopPerSecond *= 2;
        if (peak.bytesPerSecond) peak.bytesPerSecond *= 2;
      }
    },
    /sentinel|samples take/,
  ],
  [
    'one row four times as fast',
    (draft) => {
      for (const visit of first(draft).visits) {
        visit.samples = (visit.samples ?? []).map((sample) => sample / 4);
        visit.wallSeconds /= 4;
      }
    },
    /profile\.kernels|of the time that those of the warm-up took/,
  ],
  [
    'no peaks',
    (draft) => {
      draft.peaks = [];
    },
    /no peak of this device/,
  ],
  [
    'higher peaks',
    (draft) => {
      for (const peak of draft.peaks) if (peak.flopPerSecond) peak.flopPerSecond *= 1e4;
    },
    /above .* of a CPU of 2 cores/,
  ],
  [
    'a peak of the H100',
    (draft) => {
      draft.environment.adapter = { ...draft.environment.adapter, ...H100 };
    },
    /of what .*H100.* does by its vendor/,
  ],
  [
    'the H100 and a driver of llvmpipe',
    (draft) => {
      draft.environment.adapter = { ...draft.environment.adapter, ...H100, driver: 'llvmpipe (LLVM 15)' };
    },
    /the adapter is software/,
  ],
  [
    'a software adapter called H100',
    (draft) => {
      draft.environment.adapter = { ...draft.environment.adapter, ...H100, source: 'system-software' };
    },
    /a software adapter is called/,
  ],
  [
    'a card of one vendor with a driver of another',
    (draft) => {
      draft.environment.adapter = { ...draft.environment.adapter, ...H100, driver: 'radv Mesa 25' };
    },
    /description or driver is of amd/,
  ],
  [
    'Metal on Linux',
    (draft) => {
      draft.environment.adapter.backend = 'metal';
    },
    /backend metal does not exist on linux/,
  ],
  [
    'constant samples',
    (draft) => {
      for (const visit of visits(draft)) visit.samples = (visit.samples ?? []).map(() => visit.medianSeconds);
    },
    /all \d+ samples are/,
  ],
  [
    'samples of two values',
    (draft) => {
      for (const visit of visits(draft))
        visit.samples = (visit.samples ?? []).map((_, i) => visit.medianSeconds * (i % 2 === 0 ? 0.98 : 1.02));
    },
    /have 2 values|those of/,
  ],
  [
    'sorted samples',
    (draft) => {
      for (const visit of visits(draft)) visit.samples = [...(visit.samples ?? [])].sort((a, b) => a - b);
    },
    /are sorted/,
  ],
  [
    'samples sorted downwards',
    (draft) => {
      for (const visit of visits(draft)) visit.samples = [...(visit.samples ?? [])].sort((a, b) => b - a);
    },
    /are sorted/,
  ],
  [
    'processes with the samples of the first',
    (draft) => {
      for (const row of measured(draft))
        for (const visit of row.visits.slice(1)) visit.samples = [...(row.visits[0]?.samples ?? [])];
    },
    /samples are those of/,
  ],
  [
    'the same, each by its own factor',
    (draft) => {
      for (const row of measured(draft))
        for (const [i, visit] of row.visits.entries())
          visit.samples = (row.visits[0]?.samples ?? []).map((sample) => sample * (1 + i / 50));
    },
    /times a constant/,
  ],
  [
    'the same, in another order',
    (draft) => {
      for (const row of measured(draft))
        for (const visit of row.visits.slice(1)) visit.samples = [...(row.visits[0]?.samples ?? [])].reverse();
    },
    /in another order/,
  ],
  [
    'samples of one row under another',
    (draft) => {
      const [one, other] = measured(draft);
      if (one && other) other.visits = structuredClone(one.visits);
    },
    /samples are those of|profile/,
  ],
  [
    'a process more, a copy',
    (draft) => {
      const last = process(draft, 2);
      draft.settings.processes = 4;
      draft.settings.looks = [4];
      const startedAt = new Date(Date.parse(last.startedAt) + last.seconds * 1e3 + 10).toISOString();
      draft.processes.push({ ...structuredClone(last), index: 3, orderSeed: last.orderSeed + 1, startedAt });
      for (const { visits: own } of measured(draft)) {
        const [copy] = structuredClone(own.slice(-1));
        if (copy) own.push({ ...copy, process: 3 });
      }
    },
    /same sentinel reading|samples are those/,
  ],
  [
    'a run in the future',
    (draft) => {
      draft.startedAt = '2027-01-01T00:00:00.000Z';
      for (const each of draft.processes) each.startedAt = '2027-01-01T00:00:00.001Z';
    },
    /in the future/,
  ],
  [
    'a run of a year long ago',
    (draft) => {
      draft.startedAt = '2020-01-01T00:00:00.000Z';
    },
    /more than a year ago|before/,
  ],
  [
    'half of the samples left out',
    (draft) => {
      for (const visit of visits(draft)) visit.samples = (visit.samples ?? []).filter((_, i) => i % 2 === 0);
    },
    /samples are not a multiple|samples take|profile/,
  ],
  [
    'the slow samples left out',
    (draft) => {
      for (const visit of visits(draft))
        visit.samples = (visit.samples ?? []).filter((sample) => sample <= visit.medianSeconds);
    },
    /samples/,
  ],
  [
    'more launches a sample than there were',
    (draft) => {
      for (const visit of visits(draft)) visit.repeats *= 50;
    },
    /took|profile|much more/,
  ],
  [
    'other settings of sampling',
    (draft) => {
      draft.settings.sampling.sampleSeconds = 0.1;
    },
    /not that of any version/,
  ],
  [
    'an impossible subgroup',
    (draft) => {
      draft.environment.adapter.subgroupSize = [7, 9];
    },
    /subgroupSize is 7 to 9/,
  ],
];

/** Changed in one place. */
const EDITED: readonly Forgery[] = [
  [
    'another id',
    (draft) => {
      draft.id = '20261124T151325Z-deadbeef';
    },
    /id is .*; startedAt and commit make it/,
  ],
  [
    'a later start',
    (draft) => {
      draft.startedAt = '2026-11-24T16:13:25.000Z';
    },
    /id is|started before the run/,
  ],
  [
    'the name of another machine',
    (draft) => {
      draft.machine = 'nvidia-h100-80gb-hbm3-vulkan-linux';
    },
    /its adapter and system make it/,
  ],
  [
    'a unit that is a person',
    (draft) => {
      draft.unit = 'jane';
    },
    /16 hexadecimal digits/,
  ],
  [
    'another order of visits',
    (draft) => {
      process(draft, 1).orderSeed = 4711;
    },
    /orderSeed is 4711/,
  ],
  [
    'another seed',
    (draft) => {
      draft.settings.seed = 2;
    },
    /orderSeed/,
  ],
  [
    'seed and order seeds of another run',
    (draft) => {
      draft.settings.seed = 7;
      for (const each of draft.processes) each.orderSeed = 7 * 1009 + each.index;
    },
    /do not follow the order of cases/,
  ],
  [
    'a shorter process',
    (draft) => {
      process(draft, 0).seconds = 0.5;
    },
    /its visits took/,
  ],
  [
    'processes at the same time',
    (draft) => {
      process(draft, 1).startedAt = process(draft, 0).startedAt;
    },
    /before process 0 ended/,
  ],
  [
    'a process before the run',
    (draft) => {
      process(draft, 0).startedAt = '2026-11-24T10:00:00.000Z';
    },
    /before the run/,
  ],
  [
    'processes in another order',
    (draft) => {
      draft.processes.reverse();
    },
    /follows process|before process/,
  ],
  [
    'a sentinel after the end',
    (draft) => {
      const [sentinel] = process(draft, 0).sentinel;
      if (sentinel) sentinel.atSeconds = 1e4;
    },
    /sentinel/,
  ],
  [
    'calmer sentinels',
    (draft) => {
      for (const each of draft.processes) for (const sentinel of each.sentinel) sentinel.aluSeconds = 5e-4;
    },
    /names a sentinel/,
  ],
  [
    'less time in all',
    (draft) => {
      draft.profile.total = 1;
    },
    /profile\.total/,
  ],
  [
    'phases longer than the run',
    (draft) => {
      draft.profile.verify = 1e4;
    },
    /phases of profile/,
  ],
  [
    'less device time',
    (draft) => {
      draft.profile.kernels = 0.1;
    },
    /profile\.kernels/,
  ],
  [
    'another series',
    (draft) => {
      first(draft).series = '0123456789abcdef';
    },
    /series is/,
  ],
  [
    'fewer elements checked',
    (draft) => {
      first(draft).verify.checked = 1;
    },
    /1 elements checked/,
  ],
  [
    'a larger budget of error',
    (draft) => {
      first(draft).verify.budget = 0.5;
    },
    /verify\.budget/,
  ],
  [
    'an error over the budget',
    (draft) => {
      first(draft).verify.kernelError = 1;
    },
    /over the budget/,
  ],
  [
    'never verified',
    (draft) => {
      first(draft).verify.kernelError = null;
    },
    /never verified/,
  ],
  [
    'not verified again',
    (draft) => {
      first(draft).verify.again = false;
    },
    /not verified again/,
  ],
  [
    'operands smaller than they are',
    (draft) => {
      first(draft).operands.bytesPerSet = 10;
    },
    /bytesPerSet/,
  ],
  [
    'hot operands called cold',
    (draft) => {
      draft.settings.coldBytes = 1 << 30;
    },
    /operand sets/,
  ],
  [
    'no shares',
    (draft) => {
      for (const row of measured(draft)) {
        delete row.summary.ofPeak;
        delete row.summary.ofRoofline;
      }
    },
    /ofPeak is absent/,
  ],
  [
    'another share',
    (draft) => {
      first(draft).summary.ofPeak = 0.9;
    },
    /ofPeak/,
  ],
  [
    'launch-bound',
    (draft) => {
      first(draft).summary.launchBound = true;
    },
    /launchBound/,
  ],
  [
    'a figure of the vendor',
    (draft) => {
      const [peak] = draft.peaks;
      if (peak) peak.vendor = { flopPerSecond: 1e15, from: 'data sheet' };
    },
    /not that of this version's table/,
  ],
  ['a peak twice', (draft) => void draft.peaks.push(structuredClone(draft.peaks[0] as never)), /two peaks/],
  [
    'a device clock that is not there',
    (draft) => {
      draft.environment.adapter.timestamps = false;
    },
    /has no timestamps/,
  ],
  [
    'a wall clock slower than the device',
    (draft) => {
      for (const visit of visits(draft)) visit.wallSeconds = visit.medianSeconds / 2;
    },
    /while the device worked|profile/,
  ],
  [
    'an unproven timer',
    (draft) => {
      draft.timer.proven = false;
    },
    /not proven/,
  ],
  [
    'fewer processes than asked for',
    (draft) => {
      draft.settings.processes = 6;
    },
    /looks|after 3 of 6/,
  ],
  [
    'a budget that was not set',
    (draft) => {
      draft.ended = 'budget';
    },
    /not set/,
  ],
  [
    'a dirty tree',
    (draft) => {
      if (draft.commit) draft.commit.dirty = true;
    },
    /id is/,
  ],
  [
    'samples of another file',
    (draft) => {
      if (draft.samples) draft.samples.file = '../../etc/passwd';
    },
    /samples\.file|path/,
  ],
  [
    'a path',
    (draft) => {
      draft.settings.kernels.from = '/home/jane/kernels';
    },
    /path/,
  ],
  [
    'markup in a name',
    (draft) => {
      draft.environment.adapter.device = '<img src=x onerror=alert(1)>';
    },
    /markup/,
  ],
  [
    'an entity in a name',
    (draft) => {
      draft.environment.cpu.model = 'AMD &lt;b&gt;';
    },
    /markup/,
  ],
  [
    'a terminal escape',
    (draft) => {
      draft.environment.adapter.driver = '\u001b[31mred';
    },
    /control character U\+001B/,
  ],
  [
    'a mark of direction',
    (draft) => {
      draft.environment.adapter.driver = 'Mesa \u202egnp.exe';
    },
    /invisible character U\+202E/,
  ],
  [
    'a zero-width space',
    (draft) => {
      draft.environment.adapter.vendor = 'me\u200bsa';
    },
    /invisible character U\+200B/,
  ],
  [
    'a line break in a name',
    (draft) => {
      draft.environment.os.release = '6.1\n::set-env';
    },
    /control character/,
  ],
  [
    'five megabytes in a name',
    (draft) => {
      draft.environment.adapter.driver = 'x'.repeat(5 << 20);
    },
    /5242880 characters long/,
  ],
  [
    'a key of markup',
    (draft) => {
      draft.profile['<script>'] = 0;
    },
    /markup/,
  ],
  [
    'Cyrillic letters in a Latin word',
    (draft) => {
      draft.environment.adapter.driver = 'Mеsа 25';
    },
    /mixes alphabets/,
  ],
  [
    'a lone surrogate',
    (draft) => {
      draft.environment.adapter.driver = 'a\ud800';
    },
    /invisible character/,
  ],
];

describe('forgeries', () => {
  it('are judged against a record that is accepted', () => {
    expect(vet(SOUND)).toEqual({ verdict: 'accept', reasons: [] });
    expect(vet(consistent(() => undefined))).toEqual({ verdict: 'accept', reasons: [] });
    expect(CONSISTENT.length + EDITED.length).toBeGreaterThanOrEqual(60);
  });

  it.each(CONSISTENT)('do not pass: %s', (_, change, reason) => {
    const { verdict, reasons } = vet(consistent(change));
    expect(verdict).not.toBe('accept');
    expect(reasons.join('\n')).toMatch(reason);
  });

  it.each(EDITED)('do not pass: %s', (_, change, reason) => {
    const { verdict, reasons } = vet(forged(change));
    expect(verdict).not.toBe('accept');
    expect(reasons.join('\n')).toMatch(reason);
  });

  it.each([1e-4, 1e-3, 1e-2])('are not seen in the samples of a quiet GPU that scatter by %s', (scatter) => {
    const random = seededRandom(7);
    const quiet = consistent((draft) => {
      for (const visit of visits(draft))
        visit.samples = (visit.samples ?? []).map(() => visit.medianSeconds * (1 + scatter * gaussian(random)));
    });
    // Other rules compare the samples with times that this test leaves as they were.
    expect([...sampleFindings(quiet)].filter(({ verdict }) => verdict === 'refuse')).toEqual([]);
  });

  it('are asked about where one visit is constant or in order, as a visit on a warming laptop may be', () => {
    for (const change of [
      (samples: readonly number[]) => samples.map(() => samples[0] ?? 0),
      (samples: readonly number[]) => [...samples].sort((a, b) => a - b),
    ]) {
      const one = forged((draft) => {
        const [visit] = first(draft).visits;
        if (visit) visit.samples = change(visit.samples ?? []);
      });
      expect([...sampleFindings(one)].map(({ verdict }) => verdict)).toEqual(['ask']);
    }
  });

  it('do not pass in the folder of another machine, or under another name', () => {
    expect(vet(SOUND, { folder: 'nvidia-h100-vulkan-linux' })).toMatchObject({
      verdict: 'refuse',
      reasons: [expect.stringContaining('folder of nvidia-h100')],
    });
    expect(vet(SOUND, { fileName: '20261124T151325Z-00000000' }).verdict).toBe('refuse');
  });

  it('do not pass with kernels that the commit does not have, or from before it', () => {
    const committedAt = new Date('2026-11-24T15:00:00Z');
    expect(vet(SOUND, { commit: null })).toMatchObject({
      verdict: 'ask',
      reasons: [expect.stringContaining('not in this repository')],
    });
    expect(vet(SOUND, { commit: { committedAt: new Date('2026-11-24T18:00:00Z'), kernels: null } })).toMatchObject({
      verdict: 'refuse',
      reasons: [expect.stringContaining('before the commit')],
    });
    const kernels = { origin: 'kernels', kernels: [] } as never;
    expect(vet(SOUND, { commit: { committedAt, kernels } }).reasons.join('\n')).toMatch(
      /kernels\.hash[\s\S]*the commit has no kernel/,
    );
  });
});

/**
 * Fields that may have any value: facts that only the contributor knows, and measurements that bounds allow to change.
 * Everything else gives a change away.
 */
const FREE: readonly RegExp[] = [
  /^unit$/,
  /^environment\.(shapemark|dawn|shaderCache|yieldCpu|runtime|os\.(release|arch)|cpu\.model)/,
  /^environment\.adapter\.(architecture|device|description|vendor|driver|memoryBytes|features|limits|toggles|subgroupSize)/,
  /^settings\.(suites|filter|adapter|target|budgetSeconds|referenceMacs\.later|sentinelSeconds|sentinelBeside|probes|tuning|scenario|maxSets|coldBytes|kernels|shard)/,
  /^timer\.(wallResolutionSeconds|gpuOverWall|quantized|reason|resolutionSeconds)/,
  /^peaks/,
  /^processes\[\d+\]\.(seconds|startedAt|lost|sentinel\[\d+\])/,
  /^startedAt$/,
  /^ended$/,
  /^profile\.(open|operands|compile|verify|total|measuring)/,
  /^samples/,
  /^cases\[\d+\]\.(from|distribution|seed|warnings|kernel\.(name|hash|technique|tile|thread|workgroup|tuning|matrixUnits|textureFillSeconds)|operands\.(sets|bytesPerSet|panels))/,
  /^cases\[\d+\]\.verify\.(kernelError|formatError|referenceDelta|budget)/,
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

  it('is found, unless the field is free', () => {
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
