/** The page `explain --model` prints. */
import { type Model, originOf } from '../plan/model/model.ts';
import type { Models } from '../plan/model/models.ts';
import { blockCounts } from './blocks.ts';
import type { ExplainedGemm, ModelExplanation } from './explain-model.ts';
import { riddles } from './gpt-oss-riddles.ts';
import { billions, decimalBytes, grouped, share, tileText } from './numbers.ts';
import { facts, type Page, type Section, table, text } from './page.ts';

/** @param known for what is said of other models beside it */
export function modelPage(model: Model, explained: ModelExplanation, known: Models): Page {
  return {
    title: `${model.title ?? model.name}: what arithmetic says of its matmuls`,
    lead: `Nothing here was measured. Shapes: ${originOf(model) ?? 'as given'}.`,
    sections: [
      sizeSection(model, explained),
      gemmSection(explained),
      tileSection(explained),
      ...routingSections(model, explained),
      blockSection(explained),
      attentionSection(model, explained),
      ...riddles(model, known),
    ],
  };
}

function sizeSection(model: Model, explained: ModelExplanation): Section {
  const { mlp, parameters, flopPerToken, weights, memory } = explained;
  const { hidden, layers, heads, kv_heads, head_dim, experts } = model;
  const perToken = weights.map(({ format, perToken: bytes }) => `${decimalBytes(bytes)} ${format}`).join(' + ');
  const width = experts
    ? `${experts.active}${experts.shared > 0 ? ` + ${experts.shared} shared` : ''} × ${grouped(experts.d_ff ?? model.d_ff)}`
    : grouped(model.d_ff);
  const cost = model.gated
    ? `; gated, so ${mlp.parametersOfUngated4.toPrecision(3)} × the parameters of an ungated 4 × MLP or of a gated 8/3 one`
    : '';
  const embedding = model.tied_embeddings
    ? 'lm_head is the embedding table'
    : `${billions(parameters.weights + parameters.biases + parameters.embedding)} with an embedding table of its own`;
  return {
    title: 'Sizes',
    blocks: [
      facts(
        ['hidden', `${grouped(hidden)}, ${layers} layers, ${heads} query heads, ${kv_heads} key heads of ${head_dim}`],
        ['MLP ratio', `${width} over ${grouped(hidden)} = ${mlp.ratio.toPrecision(4)}${cost}`],
        [
          'parameters',
          `${billions(parameters.weights + parameters.biases)} in matmuls and their biases, ${billions(parameters.activeWeights + parameters.activeBiases)} active; ${embedding}`,
        ],
        [
          'FLOP a token',
          `${(flopPerToken.linear / 1e9).toFixed(3)} GFLOP in weight matmuls, and ${grouped(flopPerToken.attentionPerKey)} FLOP for each key attended to (all layers)`,
        ],
        ['weights read', `${decimalBytes(memory.weightBytesPerToken)} to decode one token (${perToken})`],
        ['checkpoint', `${(memory.checkpointBytes / 2 ** 30).toFixed(2)} GiB`],
        ['key-value cache', `${decimalBytes(memory.cacheBytes)} for one sequence of ${grouped(memory.context)} tokens`],
      ),
    ],
  };
}

function gemmSection({ gemms, tokens }: ModelExplanation): Section {
  const rows = gemms.map((gemm) => [
    gemm.name,
    `${sizesOf(gemm)}${gemm.experts ? ` / ${gemm.experts}` : ''}`,
    `×${gemm.count}`,
    gemm.weights,
    `${gemm.divisors.n} · ${gemm.divisors.k}`,
    share(gemm.flopShare),
    gemm.intensity.decode === null ? '' : gemm.intensity.decode.toFixed(2),
    gemm.intensity.prefill.toFixed(0),
  ]);
  const columns = ['GEMM', 'm×n×k / experts', '>layers', 'weights', '>divisors', '>FLOP', '>decode', '>prefill'];
  return {
    title: `Weight matmuls, prefill of ${grouped(tokens)} tokens`,
    blocks: [
      table(columns, rows),
      text(
        `divisors: the largest powers of two in n and k. decode, prefill: FLOP per byte for one token, and for all of them${gemms.some(({ weights }) => weights === 'fp8') ? '; fp8 weights count as bf16, as they are measured' : ''}.`,
      ),
    ],
  };
}

function sizesOf({ m, n, k }: ExplainedGemm): string {
  return `${m}×${n}×${k}`;
}

/** Fewer rows than this are not worth a tile: a matrix-vector kernel serves them. */
const FEW_ROWS = 16;

function tileSection({ gemms, gpus, tokens }: ModelExplanation): Section {
  const tiled = gemms.filter(({ m }) => m >= FEW_ROWS);
  const rows = tiled.flatMap(({ name, cuts }) =>
    cuts.map(({ tile, efficiency, whole }, i) => [
      i === 0 ? name : '',
      tileText(tile),
      share(efficiency),
      ...whole.map((one) => share(one.efficiency)),
    ]),
  );
  const left = gemms.filter((gemm) => !tiled.includes(gemm)).map(({ name, m }) => `${name} (m = ${m})`);
  const omitted = left.length > 0 ? ` Not here: ${left.join(', ')}, which matrix-vector kernels serve.` : '';
  return {
    title: `Tile and wave quantization, prefill of ${grouped(tokens)} tokens`,
    blocks: [
      table(['GEMM', '>tile', '>tile eff.', ...gpus.map((gpu) => `>${gpu}`)], rows),
      text(
        `Per GPU: tile × wave efficiency, one workgroup a unit at a time. The tile is the library’s or the kernel’s choice.${omitted}`,
      ),
    ],
  };
}

function routingSections(model: Model, { routing }: ModelExplanation): Section[] {
  if (!model.experts) return [];
  const { total, active } = model.experts;
  const percentages = (list: readonly { random: number; even: number; skewed: number }[]) =>
    list.map(({ random, even, skewed }) => [random, even, skewed].map((part) => (part * 100).toFixed(0)).join(' / '));
  const rows = routing.map(({ tokens, rowsPerExpert, touched, useful }) => [
    grouped(tokens),
    rowsPerExpert >= 10 ? rowsPerExpert.toFixed(0) : rowsPerExpert.toPrecision(2),
    `${touched.toFixed(1)} of ${total}`,
    ...percentages(useful),
  ]);
  const tiles = routing[0]?.useful.map(({ tileM }) => `>m-tile ${tileM}`) ?? [];
  return [
    {
      title: `Expert rows that are useful, in %: top ${active} of ${total} experts`,
      blocks: [
        table(['>tokens', '>rows an expert', '>experts touched', ...tiles], rows),
        text(
          'Useful rows over computed ones, when each expert’s rows are rounded up to whole tiles: routing at random (expected) / even / skewed (Zipf, seed 1).',
        ),
      ],
    },
  ];
}

function blockSection({ gemms }: ModelExplanation): Section {
  const lengths = [...new Set(gemms.map(({ k }) => k))].sort((one, other) => one - other);
  const rows = lengths.map((k) => [
    grouped(k),
    ...blockCounts(1, k).map(({ perRow, remainder }) =>
      remainder === 0 ? grouped(perRow) : `no: ${grouped(perRow - 1)} and ${remainder} over`,
    ),
  ]);
  return {
    title: 'Whole blocks along k',
    blocks: [table(['>k', '>MXFP4 (32)', '>NVFP4 (16)', '>K-quants (256)'], rows)],
  };
}

function attentionSection(model: Model, { attention, memory }: ModelExplanation): Section {
  const { headDim, receptiveField, bounds, longest } = attention;
  const sliding = model.window;
  const reach =
    sliding === undefined
      ? 'every layer sees the whole context'
      : `${sliding.layers} of ${model.layers} layers slide over ${grouped(sliding.size)} keys; the others see everything`;
  const satisfied = (bound: number) => (headDim >= bound ? 'satisfied' : 'not satisfied');
  return {
    title: 'Attention',
    blocks: [
      facts(['receptive field', `${grouped(receptiveField)} of ${grouped(memory.context)} tokens: ${reach}`]),
      table(
        ['to tell apart', '>N', '>8.33 ln N', `head_dim ${headDim}`],
        bounds.map(({ of, distinguish, headDim: bound }) => [
          of,
          grouped(distinguish),
          bound.toFixed(2),
          satisfied(bound),
        ]),
      ),
      text(
        `Natural logarithm; a head of ${headDim} satisfies the bound up to N = ${grouped(Math.floor(longest))}. The bound is derived for a vocabulary of N words; N as a sequence length is an analogy.`,
      ),
    ],
  };
}
