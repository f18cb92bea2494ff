import { describe, expect, it } from 'vitest';
import { loadModels } from '../plan/load.node.ts';
import { folderOfEach } from '../record/testdata/folder.ts';
import { commandIn, STEADY, TINY, UNIT } from './testdata/in-process.ts';

const MODELS = loadModels({ cwd: process.cwd() });

const dir = folderOfEach();

const shapemark = commandIn(dir, UNIT);

const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('explain M N K', () => {
  it('prints a page no wider than 100 columns', async () => {
    for (const args of [
      '4096 2880 4096 --layout nt',
      '1 2880 4096 --w mxfp4',
      '5 7 9',
      '16384 201088 2880 --batch 4',
    ]) {
      const { exit, out, err } = await shapemark('explain', ...args.split(' '));
      expect({ exit, err }).toEqual({ exit: 0, err: '' });
      expect(widest(out), args).toBeLessThanOrEqual(100);
    }
  });

  it('says what a column more costs', async () => {
    const document = async (n: string) => {
      const { out } = await shapemark('explain', '2304', n, '4096', '--gpu', 'a100', '--json');
      const { cuts } = JSON.parse(out);
      return cuts.find((cut: { tile: object }) => JSON.stringify(cut.tile) === '{"m":128,"n":256}');
    };
    expect(await document('1536')).toMatchObject({ tiles: 108, efficiency: 1, waves: [{ waves: 1, efficiency: 1 }] });
    expect(await document('1537')).toMatchObject({ tiles: 126, waves: [{ waves: 2 }] });
  });

  it('holds the shape to peaks measured in results/, where there are any', async () => {
    const before = await shapemark('explain', '64', '64', '64');
    expect(before.out).not.toContain('peaks measured on');
    await shapemark('run', TINY, '--engine', 'scripted', '--scenario', STEADY);
    const { out } = await shapemark('explain', '64', '64', '64');
    expect(out).toMatch(/peaks measured on +ridge[\s\S]*scripted +\d/);
  });

  it.each([
    ['explain', 'explain takes M N K'],
    ['explain 12a 3 4', 'M: expected a whole number from 1 to 16,777,216, got "12a"'],
    ['explain 1 2 0', 'K: expected a whole number'],
    ['explain 1 2 3 --gpu h1000', 'did you mean "h100"?'],
    ['explain 1 2 3 --w mxfp4 --layout nn', 'needs --layout nt'],
    ['explain 1 2 3 --model gpt-oss-20b', 'one of'],
    ['explain --model gpt-oss', 'did you mean "gpt-oss-120b"?'],
    ['explain --hidden 4096', '--hidden and --d-ff must be given together'],
    ['explain 1 2 3 --w mxfp4 --a nvfp4', 'activations in nvfp4 need weights in nvfp4, not in mxfp4'],
    ['explain 1 2 3 --w f17', 'Invalid values'],
  ])('%s is wrong use', async (line, message) => {
    const { exit, out, err } = await shapemark(...line.split(' '));
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toContain(message);
  });
});

describe('explain --hidden H --d-ff D', () => {
  it('finds the unaligned width slow, and says where better ones are', async () => {
    const { out } = await shapemark('explain', '--hidden', '4096', '--d-ff', '10922', '--gpu', 'h100', '--json');
    const [{ widths }] = JSON.parse(out).gpus;
    const gain = (dFf: number) => widths.find((width: { dFf: number }) => width.dFf === dFf).timePerParameter;
    expect(gain(10_922)).toBe(0);
    expect(gain(10_944)).toBeLessThan(-0.1);
    const page = await shapemark('explain', '--hidden', '4096', '--d-ff', '10922');
    expect(widest(page.out)).toBeLessThanOrEqual(100);
    expect(page.out).toMatch(/→ 10,922 +2 +2\.667/);
  });
});

describe('explain --model', () => {
  it('prints every model no wider than 100 columns', async () => {
    for (const name of MODELS.keys()) {
      const { exit, out } = await shapemark('explain', '--model', name);
      expect(exit).toBe(0);
      expect(widest(out), name).toBeLessThanOrEqual(100);
    }
  });

  it('answers every riddle of gpt-oss-120b with the right number', async () => {
    const { out } = await shapemark('explain', '--model', 'gpt-oss-120b');
    const prose = out.replace(/\s+/g, ' ');
    const answers = [
      'gives 69.29 for 4096 and 40.42 for 128',
      '4/ln φ = 8.3123',
      '18 of 36, those with an even index',
      'asks for 98.2 > 64',
      '36·127 + 1 = 4,573',
      '64 per layer, 2,304 in all',
      '0.1·ln 32 + 1 = 1.3466',
      '192 = 128 + 64 rotary, values 128',
      '4·2880 = 11,520 is 4.0',
      '4·2088 = 8,352 would be 2.9',
      'not among the 50 candidates, the multiples of 4 from 10820 to 11016 (10922 leaves 2)',
      'reached 398.38 (+46 %)',
      '2,048 of 128×256, 19 waves at 99.8 % on 108 SMs, 16 at 97.0 % on 132',
      '21,844 bytes from row to row of A start on multiples of 4 only',
      'all five winners are multiples of 32',
      '0.34375 / 0.089844 / 0.019287 for m = 3',
      'UE8M0: unsigned, 8 exponent bits, no mantissa',
      'adds 5,760 before the gate and 2,880 after the down-projection',
      '1.90 GB in mxfp4 and 3.10 GB in bf16, 5.00 GB together: at least 1.04 ms',
      '116.83 B with a separate embedding table',
      '10.262 GFLOP in weight matmuls',
      '589,824 FLOP for each key',
      '60.77 GiB',
    ];
    for (const answer of answers) expect(prose).toContain(answer);
  });

  it('tells the riddles of gpt-oss to nobody else', async () => {
    const { out } = await shapemark('explain', '--model', 'llama2-7b');
    expect(out).not.toContain('riddle');
  });
});

describe('explain --check', () => {
  it('sets predictions beside stored measurements', async () => {
    await shapemark('run', TINY, '--engine', 'scripted', '--scenario', STEADY);
    const { exit, out } = await shapemark('explain', '--check', '--json');
    const { cases, kernels } = JSON.parse(out);
    expect(exit).toBe(0);
    expect(cases).toHaveLength(2);
    expect(cases[0].predicted.roofline).toBeGreaterThan(0);
    expect(kernels.map((one: { cases: number }) => one.cases).reduce((sum: number, n: number) => sum + n)).toBe(2);
    const page = await shapemark('explain', '--check');
    expect(widest(page.out)).toBeLessThanOrEqual(100);
    expect(page.out).toContain('rank correlation');
  });

  it('says so and exits 3 when there is nothing to check', async () => {
    const { exit, err } = await shapemark('explain', '--check');
    expect(exit).toBe(3);
    expect(err).toContain('results contains no measurements');
  });
});
