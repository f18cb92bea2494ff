/**
 * Loops that do only what a peak counts: multiply-adds, matrix products, reads, copies. No loop is the fastest on every device,
 * so each peak has several and is the rate of the fastest. Operands are random: on GPUs that clock by power, constants would be
 * faster than any kernel.
 */
import type { Probe } from '../../engine/port.ts';
import type { SubgroupMatrix } from '../../kernel/device.ts';

/** One way to write a loop, for any number of workgroups. */
export interface Loop {
  /** FLOP of one workgroup. */
  readonly flop: number;
  /** Threads of one workgroup. */
  readonly threads: number;
  probe(workgroups: number): Probe;
}

interface FmaForm {
  /** Components of one sum. */
  readonly width: 1 | 4;
  /** Sums of a thread that do not depend on each other: they hide the latency of a multiply-add. */
  readonly chains: number;
  /** Steps of every sum per iteration, which amortise the loop overhead. */
  readonly unroll: number;
  readonly threads: number;
  /** Sums of a pair take turns as factor and addend, so that the sum is the addend, as it is in a matmul. */
  readonly pairs?: boolean;
}

/**
 * Twelve scalar sums fill a CPU's sixteen vector registers (lavapipe: four times as fast as the third form), three vectors of
 * four likewise where they are taken apart; GPUs have registers for more sums, and some need the sum as addend to issue two
 * multiply-adds at once.
 */
const FMA_FORMS: readonly FmaForm[] = [
  { width: 1, chains: 12, unroll: 32, threads: 128 },
  { width: 4, chains: 3, unroll: 16, threads: 256 },
  { width: 4, chains: 8, unroll: 4, threads: 256 },
  { width: 1, chains: 12, unroll: 32, threads: 64, pairs: true },
  { width: 4, chains: 8, unroll: 4, threads: 256, pairs: true },
];

/** Approximate multiply-adds per thread: many compared with the cost of starting a workgroup. */
const THREAD_STEPS = 2048;
/** Every 64th workgroup writes to the same place: without a write, the loop would be eliminated. */
const SINK_GROUPS = 64;

/** Halves come in vectors or are emulated one by one, so fewer ways matter. */
const HALF_FORMS = FMA_FORMS.filter(({ width, pairs }) => width === 4 || !pairs);

/** Loops of multiply-adds in `f32` or `f16`. */
export function fmaLoops(scalar: 'f32' | 'f16'): Loop[] {
  return (scalar === 'f32' ? FMA_FORMS : HALF_FORMS).map((form) => {
    const { width, chains, unroll, threads } = form;
    const iterations = Math.ceil(THREAD_STEPS / (width * chains * unroll));
    return {
      flop: 2 * width * chains * unroll * iterations * threads,
      threads,
      probe: (workgroups) => ({
        name: `peak-fma-${scalar}`,
        code: fmaCode(scalar, form, iterations),
        features: scalar === 'f16' ? ['shader-f16'] : [],
        bufferBytes: [SINK_GROUPS * threads * 4, threads * 4],
        random: [1],
        workgroups: [workgroups, 1, 1],
      }),
    };
  });
}

/** Sums approach x of the thread from 0.6 x, or pairs of them turn around each other: they stay as random as x is. */
function fmaCode(
  scalar: 'f32' | 'f16',
  { width, chains, unroll, threads, pairs }: FmaForm,
  iterations: number,
): string {
  const type = width === 1 ? scalar : `vec4<${scalar}>`;
  const all = Array.from({ length: chains }, (_, i) => i);
  const step = (c: number) => {
    if (!pairs) return `s${c} = fma(s${c}, ${type}(0.999), rest);`;
    return c % 2 === 0
      ? `s${c} = fma(s${c + 1}, ${type}(0.01), s${c});`
      : `s${c} = fma(s${c - 1}, ${type}(-0.01), s${c});`;
  };
  return `${scalar === 'f16' ? 'enable f16;\n' : ''}@group(0) @binding(0) var<storage, read_write> sink: array<f32>;
@group(0) @binding(1) var<storage, read> drawn: array<f32>;
@compute @workgroup_size(${threads}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let x = ${type}(${scalar}(0.5 + 0.125 * abs(drawn[lane])));
  let rest = x * 0.001;
${all.map((c) => `  var s${c} = x * ${(0.6 + c / 64).toFixed(4)};`).join('\n')}
  for (var i = 0u; i < ${iterations}u; i++) {
${Array.from({ length: unroll }, () => `    ${all.map(step).join(' ')}`).join('\n')}
  }
  let sum = ${all.map((c) => `s${c}`).join(' + ')};
  sink[(group.x & ${SINK_GROUPS - 1}u) * ${threads}u + lane] = f32(${width === 1 ? 'sum' : 'sum.x + sum.y + sum.z + sum.w'});
}
`;
}

/** Independent sums of a subgroup, and subgroups of a workgroup. */
const MATRIX_FORMS = [
  { chains: 4, subgroups: 4 },
  { chains: 8, subgroups: 4 },
  { chains: 8, subgroups: 2 },
] as const;
const MATRIX_ITERATIONS = 64;
/** Random f32 that the matrices of a workgroup are made of. */
const MATRIX_DRAWN = 1024;

/**
 * Loops of products of f16 matrices summed in f32: operands and sums in registers.
 *
 * @param lanes the largest subgroup of the device: such shaders need workgroups of a multiple of it
 */
export function matrixLoops(product: SubgroupMatrix, lanes: number): Loop[] {
  const { m, n, k } = product;
  return MATRIX_FORMS.map((form) => ({
    flop: 2 * m * n * k * form.chains * form.subgroups * MATRIX_ITERATIONS,
    threads: form.subgroups * lanes,
    probe: (workgroups) => ({
      name: 'peak-matrix-f16',
      code: matrixCode(product, form.subgroups * lanes, form.chains),
      features: ['shader-f16', 'chromium-experimental-subgroup-matrix'],
      bufferBytes: [SINK_GROUPS * form.chains * 4, MATRIX_DRAWN * 4],
      random: [1],
      workgroups: [workgroups, 1, 1],
    }),
  }));
}

function matrixCode({ m, n, k }: SubgroupMatrix, threads: number, chains: number): string {
  const all = Array.from({ length: chains }, (_, i) => i);
  const elements = Math.max(m * k, k * n);
  return `enable f16;
enable chromium_experimental_subgroup_matrix;
@group(0) @binding(0) var<storage, read_write> sink: array<f32>;
@group(0) @binding(1) var<storage, read> drawn: array<f32>;
var<workgroup> operand: array<f16, ${elements}>;
var<workgroup> sums: array<f32, ${m * n}>;
@compute @workgroup_size(${threads}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var i = lane; i < ${elements}u; i += ${threads}u) { operand[i] = f16(drawn[i % ${MATRIX_DRAWN}u]); }
  workgroupBarrier();
  let left = subgroupMatrixLoad<subgroup_matrix_left<f16, ${k}, ${m}>, row_major>(&operand, 0u, ${k}u);
  let right = subgroupMatrixLoad<subgroup_matrix_right<f16, ${n}, ${k}>, row_major>(&operand, 0u, ${n}u);
${all.map((c) => `  var s${c}: subgroup_matrix_result<f32, ${n}, ${m}>;`).join('\n')}
  for (var i = 0u; i < ${MATRIX_ITERATIONS}u; i++) {
${all.map((c) => `    s${c} = subgroupMatrixMultiplyAccumulate(left, right, s${c});`).join('\n')}
  }
${all.map((c) => `  subgroupMatrixStore<row_major>(&sums, 0u, s${c}, ${n}u);\n  workgroupBarrier();\n  if (lane == 0u) { sink[(group.x & ${SINK_GROUPS - 1}u) * ${chains}u + ${c}u] = sums[0]; }`).join('\n')}
}
`;
}

interface StreamForm {
  /** Words of 16 bytes in one iteration of a thread's loop, and iterations. */
  readonly words: number;
  readonly iterations: number;
  readonly threads: number;
  /** Whether the words of a thread are contiguous, which suits a CPU's prefetcher, or those of neighbouring threads. */
  readonly along: 'thread' | 'group';
}

const STREAM_FORMS: readonly StreamForm[] = [
  { words: 4, iterations: 256, threads: 32, along: 'thread' },
  { words: 4, iterations: 64, threads: 64, along: 'group' },
  { words: 4, iterations: 1, threads: 256, along: 'group' },
];

/** Every form reads and writes a multiple of this. */
export const STREAM_BYTES =
  16 * Math.max(...STREAM_FORMS.map(({ words, iterations, threads }) => words * iterations * threads));

/** Programs that read `bytes` (a multiple of `STREAM_BYTES`), or copy them, once, each in its own way. */
export function streamProbes(kind: 'read' | 'copy', bytes: number): Probe[] {
  return STREAM_FORMS.map((form) => ({
    name: `peak-${kind}`,
    code: kind === 'read' ? readCode(form) : copyCode(form),
    features: [],
    bufferBytes: [bytes, kind === 'read' ? form.threads * 16 : bytes],
    random: [0],
    workgroups: [bytes / 16 / (form.words * form.iterations * form.threads), 1, 1],
  }));
}

function copyCode(form: StreamForm): string {
  return streamCode(form, '', (_, at) => `target_[${at}] = source[${at}];`, '');
}

/** Values must be used, so they are written if they combine to a word that does not occur with random values. */
function readCode(form: StreamForm): string {
  const all = Array.from({ length: form.words }, (_, u) => u);
  return streamCode(
    form,
    `  ${all.map((u) => `var s${u} = vec4u();`).join(' ')}\n`,
    (u, at) => `s${u} ^= source[${at}];`,
    `  let word = ${all.map((u) => `s${u}`).join(' ^ ')};\n  if (all(word == vec4u(0x9e3779b9u))) { target_[lane] = word; }\n`,
  );
}

function streamCode(
  { words, iterations, threads, along }: StreamForm,
  before: string,
  move: (word: number, at: string) => string,
  after: string,
): string {
  const perGroup = words * iterations * threads;
  const [first, stride] = along === 'thread' ? [`lane * ${words * iterations}u`, 1] : ['lane', threads];
  const moves = Array.from({ length: words }, (_, u) => move(u, `at + ${u * stride}u`));
  return `@group(0) @binding(0) var<storage, read> source: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> target_: array<vec4u>;
@compute @workgroup_size(${threads}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = group.x * ${perGroup}u + ${first};
${before}  for (var iteration = 0u; iteration < ${iterations}u; iteration++) {
    let at = first + iteration * ${words * stride}u;
    ${moves.join('\n    ')}
  }
${after}}
`;
}
