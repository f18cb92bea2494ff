import { z } from 'zod';
import {
  anyNumber,
  list,
  nonNegativeInteger,
  nonNegativeNumber,
  object,
  oneOf,
  positiveNumber,
  share,
  text,
} from '../../plan/spec/fields.ts';

/**
 * A scenario scripts the device of `--engine scripted`: its true cost per launch, its noise, and what goes wrong when.
 * Everything runs on a virtual clock, so the truth is known and a run of hours takes milliseconds.
 *
 * A `when` is a list of comparisons joined by commas, all of which must hold, in the grammar of `--filter`:
 * `kernel=register-*,m<=16,k%8!=0`.
 */

const when = z.string({ error: 'expected comparisons such as "kernel=naive,m<=16"' }).meta({
  description: 'Comparisons joined by commas, all of which must hold, e.g. `kernel=register-*,m<=16,k%8!=0`.',
});

const penalty = object({
  when: when.optional(),
  unless: when.optional(),
  factor: positiveNumber().meta({ description: 'Time is multiplied by this where the condition holds.' }),
}).meta({ description: 'A cliff: `{unless: k%8=0, factor: 1.4}`.' });

const slope = object({
  of: oneOf(['batch', 'm', 'n', 'k'], 'dimension'),
  from: nonNegativeNumber(),
  perUnit: anyNumber().meta({ description: 'Relative change of time for each unit above `from` (less below it).' }),
}).meta({ description: 'A gentle trend: time × (1 + perUnit · (value − from)).' });

const costRule = object({
  when: when.optional(),
  seconds: positiveNumber().optional().meta({ description: 'Seconds per launch, whatever the shape.' }),
  flopPerSecond: positiveNumber().optional(),
  bytesPerSecond: positiveNumber().optional(),
  floorSeconds: nonNegativeNumber().default(0).meta({ description: 'No launch is faster than this.' }),
  penalties: list(penalty, 'penalty').default([]),
  slopes: list(slope, 'slope').default([]),
}).meta({
  description:
    'True seconds per launch: `seconds`, or max(flop/flopPerSecond, bytes/bytesPerSecond); times every penalty and slope that applies; at least floorSeconds.',
});

const device = object({
  vendor: text('a name').default('scripted'),
  architecture: text('a name').default('scripted'),
  device: text('a name').default('scripted'),
  description: text('a description').default('scripted device'),
  driver: text('a driver').default('scenario 1'),
  features: z
    .array(text('a WebGPU feature'))
    .default(['timestamp-query', 'shader-f16', 'subgroups', 'packed_4x8_integer_dot_product']),
  limits: z
    .record(z.string(), positiveNumber())
    .default({})
    .meta({ description: 'WebGPU limits that differ from generous defaults, e.g. maxBufferSize.' }),
  subgroupSize: z.tuple([nonNegativeInteger(), nonNegativeInteger()]).optional(),
});

const timer = object({
  timestamps: z
    .union([
      z.literal(true, { error: 'expected true, zero, negative or none' }),
      oneOf(['zero', 'negative', 'none'], 'timestamp mode'),
    ])
    .default(true)
    .meta({ description: 'true: they work; zero or negative: the device lies; none: it cannot time launches.' }),
  quantumNanoseconds: nonNegativeNumber()
    .default(1)
    .meta({ description: 'Readings are whole multiples of this (65536 is what Dawn does unless told otherwise).' }),
  wallOverheadSeconds: nonNegativeNumber()
    .default(0)
    .meta({ description: 'Wall clock adds this to every submission.' }),
});

const betweenProcesses = object({
  kind: oneOf(['normal', 'lognormal', 'heavy', 'bimodal'], 'noise'),
  sigma: nonNegativeNumber().default(0),
  probability: share().default(0).meta({ description: 'bimodal: the share of slow processes.' }),
  factor: positiveNumber().default(1).meta({ description: 'bimodal: how slow they are.' }),
  scope: oneOf(['contender', 'process'], 'scope')
    .default('contender')
    .meta({ description: 'Drawn for each contender of a process (as compilers do), or once for the process.' }),
}).meta({
  description:
    'One factor for the whole life of a process. normal: 1 + σ·z; lognormal: exp(σ·z); heavy: exp(σ·t), t Student with 3 degrees of freedom; bimodal: `factor` with `probability`, else 1, times exp(σ·z).',
});

const withinProcess = object({
  sigma: nonNegativeNumber().default(0).meta({ description: 'Each sample is multiplied by exp(σ·z).' }),
  outliers: object({ probability: share(), factor: positiveNumber() }).optional(),
});

const step = object({
  afterSeconds: nonNegativeNumber(),
  forSeconds: positiveNumber().optional(),
  factor: positiveNumber(),
}).meta({ description: 'From then on (or for that long), everything takes `factor` times as long.' });

const event = object({
  kind: oneOf(['hang', 'crash', 'device-lost', 'out-of-memory', 'compile-error', 'wrong-result'], 'event'),
  when: when.optional(),
  process: nonNegativeInteger()
    .optional()
    .meta({ description: 'Only in this process, counted from 0; else in every one.' }),
  visit: nonNegativeInteger().optional().meta({ description: 'Only at this visit of the process, counted from 0.' }),
  at: nonNegativeInteger()
    .optional()
    .meta({ description: 'Only at this launch of the visit, counted from 0; else at the first.' }),
  error: positiveNumber().default(1).meta({ description: 'wrong-result: max |difference| / rms of the reference.' }),
});

export const scenarioSchema = object({
  $schema: z.string().optional(),
  name: text('a name').optional(),
  description: text('a description').optional(),
  seed: nonNegativeInteger().default(1),
  device: device.prefault({}),
  timer: timer.prefault({}),
  cost: list(costRule, 'cost rule').meta({
    description:
      'The first rule whose `when` holds gives the cost; a launch that no rule covers is refused as unsupported.',
  }),
  probes: list(object({ probe: text('a glob on probe names'), seconds: positiveNumber() }), 'probe')
    .default([
      { probe: 'empty', seconds: 1e-5 },
      { probe: '*', seconds: 1e-3 },
    ])
    .meta({
      description: 'Seconds per launch of sentinels, peak probes and the empty dispatch; the first match counts.',
    }),
  noise: object({
    betweenProcesses: betweenProcesses.optional(),
    withinProcess: withinProcess.optional(),
  }).prefault({}),
  drift: object({ perSecond: anyNumber(), untilSeconds: positiveNumber().optional() })
    .optional()
    .meta({ description: 'Time × (1 + perSecond · seconds since the run began), constant after untilSeconds.' }),
  steps: list(step, 'step').default([]),
  throttle: object({
    afterBusySeconds: positiveNumber(),
    factor: positiveNumber(),
    recoverSeconds: nonNegativeNumber(),
  })
    .optional()
    .meta({
      description: 'After so many busy seconds launches slow down, until the device was idle for recoverSeconds.',
    }),
  firstDispatch: object({ seconds: nonNegativeNumber() })
    .prefault({ seconds: 0 })
    .meta({ description: 'Added to the first dispatch of a pipeline (JIT).' }),
  pipelineSeconds: nonNegativeNumber().default(0.001),
  allocateSeconds: nonNegativeNumber().default(0),
  processStartSeconds: nonNegativeNumber().default(0),
  events: list(event, 'event').default([]),
}).meta({ id: 'Scenario', title: 'shapemark scenario', description: 'The scripted device of --engine scripted.' });

/** A parsed scenario; every default filled in. Times are seconds, rates per second, factors multiply time. */
export type Scenario = Readonly<z.output<typeof scenarioSchema>>;
export type CostRule = Scenario['cost'][number];
export type ScenarioEvent = Scenario['events'][number];

/** JSON Schema (draft 7) for editors. */
export function scenarioJsonSchema(): object {
  return z.toJSONSchema(scenarioSchema, { target: 'draft-7', io: 'input' });
}
