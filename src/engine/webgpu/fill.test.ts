import { describe, expect, it } from 'vitest';
import { defaultScale } from '../../gemm/formats/scale.ts';
import { integers, keysOf, rangeOf } from '../../gemm/generator.ts';
import { packOperands } from '../../gemm/pack.ts';
import {
  type ActivationFormat,
  DISTRIBUTIONS,
  type Problem,
  SCALE_RULES,
  WEIGHT_FORMATS,
  type WeightFormat,
} from '../../gemm/problem.ts';
import { fillRandom } from './fill.ts';
import type { OperandName } from './operands.ts';
import type { WebGpuSession } from './session.ts';
import { sessionOfAll } from './testdata/session.ts';
import { USAGE } from './usage.ts';

const session = sessionOfAll();

function problem(w: WeightFormat, a: ActivationFormat, k: number, more: Partial<Problem> = {}): Problem {
  const scale = defaultScale(w);
  const shape = { batch: 2, m: 3, n: 5, k };
  return {
    shape,
    layout: 'nt',
    format: { w, a, acc: 'f32', out: 'f32' },
    bias: true,
    ...(scale && { scale }),
    ...more,
  };
}

/** Everything the device holds, set by set, against the CPU's words. */
async function expectBitEqual(request: Parameters<WebGpuSession['allocate']>[0]): Promise<void> {
  const expected = packOperands(request.problem, request.seed, request.distribution);
  const operands = session().own(await session().allocate(request));
  for (const set of operands.buffers) {
    for (const name of ['a', 'b', 'scales', 'aScales', 'bias'] satisfies OperandName[]) {
      const buffer = set.get(name);
      const words = buffer ? new Uint32Array(await session().bench.device.download(buffer, buffer.size)) : [];
      expect(Array.from(words), name).toEqual(Array.from(expected[name]));
    }
  }
  operands.dispose();
}

describe('filling what a probe reads', () => {
  it('equals the generator bit for bit, and goes on where it has drawn enough', async () => {
    const { device, programs } = session().bench;
    const usage = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
    const [long, other] = await device.buffers([
      { size: 1.5 * 2 ** 20, usage },
      { size: 4096, usage },
    ]);
    if (!long || !other) throw new Error('no buffers');
    await fillRandom({ device, programs }, long, 0);
    await fillRandom({ device, programs }, other, 1);
    const [values, others] = [await device.download(long, long.size), await device.download(other, other.size)];
    const draw = integers(keysOf(1, 0), 'normal');
    const drawn = Float32Array.from({ length: 2 ** 18 }, (_, i) => draw(i) * 2 ** rangeOf('normal').exponent);
    expect(Buffer.from(values, 0, 2 ** 20).equals(Buffer.from(drawn.buffer))).toBe(true);
    expect(Buffer.from(values, 2 ** 20).equals(Buffer.from(drawn.buffer, 0, 2 ** 19))).toBe(true);
    expect(Buffer.from(others).equals(Buffer.from(values, 0, 4096))).toBe(false);
    for (const buffer of [long, other]) buffer.destroy();
  });
});

describe('filling on the device', () => {
  for (const distribution of DISTRIBUTIONS) {
    for (const w of ['fp8', 'fp8-channel', 'fp8-tensor', 'int8-channel'] as const) {
      it(`equals the CPU bit for bit: ${w} on both sides, several blocks of scales, ${distribution}`, async () => {
        const shape = { batch: 2, m: 3, n: 130, k: 300 };
        await expectBitEqual({ problem: problem(w, w, 300, { shape }), seed: 5, distribution, sets: 1 });
      });
    }
    for (const w of WEIGHT_FORMATS) {
      const a = w === 'f16' || w === 'bf16' ? w : 'f32';
      it(`equals the CPU bit for bit: ${w}, ${distribution}, ragged k, three sets`, async () => {
        await expectBitEqual({ problem: problem(w, a, 77), seed: 7, distribution, sets: 3 });
        // One element; one more than a block: rows that end in padding of either kind.
        await expectBitEqual({ problem: problem(w, a, 1), seed: 2 ** 40 + 1, distribution, sets: 1 });
        await expectBitEqual({ problem: problem(w, a, 33), seed: 0, distribution, sets: 1 });
      });
    }
  }

  for (const w of ['mxfp4', 'nvfp4'] as const) {
    it(`quantizes A as it does B: ${w}`, async () => {
      for (const k of [1, 33, 77]) {
        await expectBitEqual({ problem: problem(w, w, k), seed: 7 + k, distribution: 'normal', sets: 2 });
      }
      const groups = { experts: 3, rows: [2, 0, 5] };
      const grouped = problem(w, w, 40, { groups, shape: { batch: 1, m: 7, n: 4, k: 40 } });
      await expectBitEqual({ problem: grouped, seed: 3, distribution: 'uniform', sets: 1 });
    });
  }

  for (const rule of SCALE_RULES) {
    it(`follows the MXFP4 scale rule ${rule}`, async () => {
      const scale = defaultScale('mxfp4', rule);
      const ruled = problem('mxfp4', 'bf16', 160, scale ? { scale } : {});
      await expectBitEqual({ problem: ruled, seed: 11, distribution: 'normal', sets: 1 });
    });
  }

  it('fills enough elements to meet every rounding case of the 16-bit formats', async () => {
    for (const format of ['f16', 'bf16'] as const) {
      const large = { ...problem(format, format, 512), bias: false, shape: { batch: 1, m: 64, n: 64, k: 512 } };
      await expectBitEqual({ problem: large, seed: 5, distribution: 'normal', sets: 1 });
    }
  });

  it('fills the experts of a grouped problem, those without rows too', async () => {
    const groups = { experts: 3, rows: [2, 0, 5] };
    const grouped = problem('mxfp4', 'bf16', 40, { groups, shape: { batch: 1, m: 7, n: 4, k: 40 } });
    await expectBitEqual({ problem: grouped, seed: 3, distribution: 'uniform', sets: 2 });
  });
});

describe('limits', () => {
  const request = (m: number, n: number, k: number) => {
    const huge = { ...problem('f32', 'f32', k), shape: { batch: 1, m, n, k } };
    return { problem: huge, seed: 1, distribution: 'normal', sets: 1 } as const;
  };

  it('names the limit that even a panel of an operand exceeds', async () => {
    await expect(session().allocate(request(1, 33, 2 ** 26))).rejects.toMatchObject({
      reason: 'unsupported',
      message: expect.stringMatching(/^[AB] needs [\d,]+ bytes .* \(max\w+\)$/),
    });
  });

  it('refuses what exceeds the memory before the system is asked for it', async ({ skip }) => {
    skip(session().facts.memoryBytes === undefined, 'the device has memory of its own, of unknown size');
    await expect(session().allocate(request(1, 2 ** 17, 2 ** 17))).rejects.toMatchObject({
      reason: 'out-of-memory',
      message: expect.stringMatching(/^one operand set needs 68,720,\d{3},\d{3} bytes; that is more than 70 % of/),
    });
  });
});
