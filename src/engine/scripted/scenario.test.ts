import { describe, expect, it } from 'vitest';
import type { Problem } from '../../gemm/problem.ts';
import { SpecError } from '../../plan/spec/spec-error.ts';
import { holds, parseScenario, probeSeconds, scenarioJsonSchema, type WhenSubject, whenFields } from './scenario.ts';

const full = `
name: everything
seed: 7
device:
  features: [timestamp-query]
  limits: { maxBufferSize: 1e9 }
  subgroupSize: [4, 8]
timer: { timestamps: negative, quantumNanoseconds: 65536, wallOverheadSeconds: 3e-4 }
cost:
  - when: kernel=naive,m<=16
    flopPerSecond: 1e9
    bytesPerSecond: 1e10
    floorSeconds: 1e-6
    penalties: [{ unless: k%8=0, factor: 1.4 }, { when: n<128, factor: 2 }]
    slopes: [{ of: k, from: 10922, perUnit: 1e-4 }]
  - seconds: 0.002
probes: [{ probe: empty, seconds: 1e-6 }, { probe: '*', seconds: 0.01 }]
noise:
  betweenProcesses: { kind: bimodal, probability: 0.17, factor: 1.2, sigma: 0.01 }
  withinProcess: { sigma: 0.02, outliers: { probability: 0.01, factor: 5 } }
drift: { perSecond: 1e-4 }
steps: [{ afterSeconds: 10, forSeconds: 5, factor: 2 }]
throttle: { afterBusySeconds: 30, factor: 1.5, recoverSeconds: 10 }
firstDispatch: { seconds: 0.2 }
pipelineSeconds: 0.05
events: [{ kind: hang, when: kernel=gemv, process: 1, visit: 0, at: 3 }]
`;

const problem: Problem = {
  shape: { batch: 1, m: 8, n: 64, k: 100 },
  layout: 'nt',
  format: { w: 'f16', a: 'f16', acc: 'f32', out: 'f16' },
  bias: true,
};

function refusal(text: string): string {
  try {
    parseScenario(text, 's.yaml');
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('scenarios', () => {
  it('hold everything that was written', () => {
    const { cost, probes, noise, timer, device, throttle, events } = parseScenario(full, 's.yaml');
    expect({ cost, probes, noise, timer, device, throttle, events }).toMatchObject({
      cost: [
        {
          when: 'kernel=naive,m<=16',
          flopPerSecond: 1e9,
          bytesPerSecond: 1e10,
          floorSeconds: 1e-6,
          penalties: [
            { unless: 'k%8=0', factor: 1.4 },
            { when: 'n<128', factor: 2 },
          ],
          slopes: [{ of: 'k', from: 10_922, perUnit: 1e-4 }],
        },
        { seconds: 0.002, floorSeconds: 0, penalties: [], slopes: [] },
      ],
      noise: { betweenProcesses: { kind: 'bimodal', probability: 0.17, factor: 1.2, sigma: 0.01, scope: 'contender' } },
      timer: { timestamps: 'negative', quantumNanoseconds: 65_536, wallOverheadSeconds: 3e-4 },
      device: {
        features: ['timestamp-query'],
        limits: { maxBufferSize: 1e9 },
        subgroupSize: [4, 8],
        vendor: 'scripted',
      },
      throttle: { afterBusySeconds: 30, factor: 1.5, recoverSeconds: 10 },
      events: [{ kind: 'hang', when: 'kernel=gemv', process: 1, visit: 0, at: 3, error: 1 }],
    });
  });

  it('need no more than a cost', () => {
    expect(parseScenario('cost: [{ seconds: 0.001 }]', 's.yaml')).toMatchInlineSnapshot(`
      {
        "allocateSeconds": 0,
        "cost": [
          {
            "floorSeconds": 0,
            "penalties": [],
            "seconds": 0.001,
            "slopes": [],
          },
        ],
        "device": {
          "architecture": "scripted",
          "description": "scripted device",
          "device": "scripted",
          "driver": "scenario 1",
          "features": [
            "timestamp-query",
            "shader-f16",
            "subgroups",
            "packed_4x8_integer_dot_product",
          ],
          "limits": {},
          "vendor": "scripted",
        },
        "events": [],
        "firstDispatch": {
          "seconds": 0,
        },
        "noise": {},
        "pipelineSeconds": 0.001,
        "probes": [
          {
            "probe": "empty",
            "seconds": 0.00001,
          },
          {
            "probe": "*",
            "seconds": 0.001,
          },
        ],
        "processStartSeconds": 0,
        "seed": 1,
        "steps": [],
        "timer": {
          "quantumNanoseconds": 1,
          "timestamps": true,
          "wallOverheadSeconds": 0,
        },
      }
    `);
  });

  it.each([
    ['no cost', 'seed: 1\n', /^s\.yaml:1:1: cost: expected a list of at least one cost rule, got nothing/],
    ['two kinds of cost', 'cost: [{ seconds: 1, flopPerSecond: 1 }]', /1:8: cost\[0\]: expected either seconds/],
    ['no kind of cost', 'cost: [{ floorSeconds: 1 }]', /cost\[0\]: expected either seconds/],
    ['a negative cost', 'cost: [{ seconds: -1 }]', /1:19: cost\[0\]\.seconds: expected a positive number, got -1/],
    ['an unknown key', 'cost: [{ second: 1 }]', /1:10: cost\[0\]: unknown key "second"; did you mean "seconds"\?/],
    [
      'an unknown key in a when',
      'cost: [{ when: kern=a, seconds: 1 }]',
      /cost\[0\]\.when: unknown key "kern" in "kern=a"; known: kernel/,
    ],
    ['an order of text', "cost: [{ when: 'w<4', seconds: 1 }]", /cost\[0\]\.when: "w" is not a number/],
    [
      'a penalty without a condition',
      'cost: [{ seconds: 1, penalties: [{ factor: 2 }] }]',
      /penalties\[0\]: expected either `when` or `unless`/,
    ],
    [
      'an unknown event',
      'cost: [{ seconds: 1 }]\nevents: [{ kind: explode }]',
      /2:18: events\[0\]\.kind: unknown event "explode"; known: hang/,
    ],
    [
      'an unknown noise',
      'cost: [{ seconds: 1 }]\nnoise: { betweenProcesses: { kind: pink } }',
      /2:36: .*unknown noise "pink"/,
    ],
    [
      'an impossible share',
      'cost: [{ seconds: 1 }]\nnoise: { betweenProcesses: { kind: bimodal, probability: 2 } }',
      /expected a share from 0 to 1, got 2/,
    ],
    [
      'an unknown timestamp mode',
      'cost: [{ seconds: 1 }]\ntimer: { timestamps: wrong }',
      /2:22: timer\.timestamps: expected true, zero, negative or none/,
    ],
  ])('refuse %s', (_, text, message) => {
    expect(refusal(text)).toMatch(message);
  });
});

describe('conditions', () => {
  const subject: WhenSubject = { problem, kernel: 'naive', hash: 'abc123', code: '// slow', sets: 4 };
  const fields = whenFields(subject);

  it.each([
    [undefined, true],
    ['kernel=naive', true],
    ['kernel=na*', true],
    ['kernel=gemv', false],
    ['kernel!=gemv,m<=8', true],
    ['kernel=naive,m<8', false],
    ['k%8=0', false],
    ['k%8!=0', true],
    ['hash=abc*', true],
    ['code=*slow*', true],
    ['w=f16,layout=nt,bias=f32', true],
    ['experts>=1', false],
    ['sets>1', true],
    ['n==64', true],
  ])('%s', (condition, expected) => {
    expect(holds(condition, fields)).toBe(expected);
  });

  it('take the first probe that matches', () => {
    const scenario = parseScenario(full, 's.yaml');
    expect([probeSeconds(scenario, 'empty'), probeSeconds(scenario, 'copy')]).toEqual([1e-6, 0.01]);
  });
});

describe('schema for editors', () => {
  it('lists every key of a scenario', () => {
    const text = JSON.stringify(scenarioJsonSchema());
    for (const key of ['cost', 'betweenProcesses', 'quantumNanoseconds', 'throttle', 'events'])
      expect(text).toContain(`"${key}"`);
  });
});
