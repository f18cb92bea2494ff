/** What `explain --model` prints. */
import { BLOCK_SIZES } from '../../predict/blocks.ts';
import {
  type ExplainedGemm,
  type Model,
  type ModelExplanation,
  type Models,
  originOf,
} from '../../predict/explain-model.ts';
import { type Document, facts, type Section, section, text } from '../document/document.ts';
import { type ColumnOf, column, tableOf } from '../document/table.ts';
import { FIGURES, SHARE, TEXT } from '../quantities.ts';
import { billions, bytes, grouped, tileText } from '../si.ts';
import { riddles } from './riddles.ts';

/** @param known other models to compare with */
export function modelPage(model: Model, explained: ModelExplanation, known: Models): Document {
  return {
    title: `${model.title ?? model.name}: what arithmetic predicts for its matmuls`,
    lead: `Nothing here was measured. Shapes: ${originOf(model) ?? 'as given'}.`,
    sections: [
      sizeSection(model, explained),
      gemmSection(explained),
      tileSection(explained),
      routingSections(model, explained),
      blockSection(explained),
      attentionSection(model, explained),
      riddles(model, known),
    ].flat(),
  };
}

function sizeSection(model: Model, explained: ModelExplanation): Section[] {
  const { mlp, parameters, flopPerToken, weights, memory } = explained;
  const { hidden, layers, heads, kv_heads, head_dim } = model;
  const attention = explained.attention ? `, ${heads} query heads, ${kv_heads} key heads of ${head_dim}` : '';
  const perToken = weights.map(({ format, perToken: read }) => `${bytes(read)} ${format}`).join(' + ');
  const embedding = model.tied_embeddings
    ? 'lm_head is the embedding table'
    : `${billions(parameters.weights + parameters.biases + parameters.embedding)} with a separate embedding table`;
  return section(
    'Sizes',
    facts(
      ['hidden', `${grouped(hidden)}, ${layers} layers${attention}`],
      ...(mlp ? [['MLP ratio', mlpText(model, mlp)] as const] : []),
      ...(model.without.length > 0 ? [['left out', `${model.without.join(', ')}: of another kind`] as const] : []),
      [
        'parameters',
        `${billions(parameters.weights + parameters.biases)} in matmuls and their biases, ${billions(parameters.activeWeights + parameters.activeBiases)} active; ${embedding}`,
      ],
      [
        'FLOP per token',
        `${(flopPerToken.linear / 1e9).toFixed(3)} GFLOP in weight matmuls, and ${grouped(flopPerToken.attentionPerKey)} FLOP for each key attended to (all layers)`,
      ],
      ['weights read', `${bytes(memory.weightBytesPerToken)} to decode one token (${perToken})`],
      ['checkpoint', `${(memory.checkpointBytes / 2 ** 30).toFixed(2)} GiB`],
      ...(explained.attention
        ? [
            [
              'key-value cache',
              `${bytes(memory.cacheBytes)} for one sequence of ${grouped(memory.context)} tokens`,
            ] as const,
          ]
        : []),
    ),
  );
}

function mlpText(model: Model, { ratio, parametersOfUngated4 }: NonNullable<ModelExplanation['mlp']>): string {
  const { experts, hidden, d_ff } = model;
  const width = experts
    ? `${experts.active}${experts.shared > 0 ? ` + ${experts.shared} shared` : ''} × ${grouped(experts.d_ff ?? d_ff)}`
    : grouped(d_ff);
  const cost = model.gated
    ? `; gated, so ${parametersOfUngated4.toPrecision(3)} × the parameters of an ungated 4 × MLP or of a gated 8/3 one`
    : '';
  return `${width} over ${grouped(hidden)} = ${ratio.toPrecision(4)}${cost}`;
}

function gemmSection({ gemms, tokens }: ModelExplanation): Section[] {
  const columns: ColumnOf<ExplainedGemm>[] = [
    column('GEMM', TEXT, ({ name }) => name),
    column('m×n×k / experts', TEXT, ({ m, n, k, experts }) => `${m}×${n}×${k}${experts ? ` / ${experts}` : ''}`),
    column('layers', FIGURES, ({ count }) => `×${count}`),
    column('weights', TEXT, ({ weights }) => weights),
    column('divisors', FIGURES, ({ divisors }) => `${divisors.n} · ${divisors.k}`),
    column('FLOP', SHARE, ({ flopShare }) => flopShare),
    column('decode', FIGURES, ({ intensity }) => intensity.decode?.toFixed(2)),
    column('prefill', FIGURES, ({ intensity }) => intensity.prefill.toFixed(0)),
  ];
  return section(
    `Weight matmuls, prefill of ${grouped(tokens)} tokens`,
    tableOf(columns, gemms),
    text(
      `divisors: the largest powers of two in n and k. decode, prefill: FLOP per byte for one token, and for all of them.`,
    ),
  );
}

/** With fewer rows, matrix-vector kernels are used instead of tiles. */
const FEW_ROWS = 16;

function tileSection({ gemms, gpus, tokens }: ModelExplanation): Section[] {
  const tiled = gemms.filter(({ m }) => m >= FEW_ROWS);
  const rows = tiled.flatMap(({ name, cuts }) => cuts.map((cut, i) => ({ name: i === 0 ? name : '', ...cut })));
  const columns: ColumnOf<(typeof rows)[number]>[] = [
    column('GEMM', TEXT, ({ name }) => name),
    column('tile', FIGURES, ({ tile }) => tileText(tile)),
    column('tile eff.', SHARE, ({ efficiency }) => efficiency),
    ...gpus.map((gpu, i) => column(gpu, SHARE, ({ whole }: (typeof rows)[number]) => whole[i]?.efficiency)),
  ];
  const left = gemms.filter((gemm) => !tiled.includes(gemm)).map(({ name, m }) => `${name} (m = ${m})`);
  const omitted = left.length > 0 ? ` Not listed: ${left.join(', ')}, for matrix-vector kernels.` : '';
  return section(
    `Tile and wave quantization, prefill of ${grouped(tokens)} tokens`,
    tableOf(columns, rows),
    text(
      `Per GPU: tile × wave efficiency, with one workgroup per unit at a time. The tile is chosen by the library or the kernel.${omitted}`,
    ),
  );
}

function routingSections(model: Model, { routing }: ModelExplanation): Section[] {
  if (!model.experts || routing.length === 0) return [];
  const { total, active } = model.experts;
  type Routing = ModelExplanation['routing'][number];
  const percentages = ({ random, even, skewed }: Routing['useful'][number]) =>
    [random, even, skewed].map((part) => (part * 100).toFixed(0)).join(' / ');
  const columns: ColumnOf<Routing>[] = [
    column('tokens', FIGURES, ({ tokens }) => grouped(tokens)),
    column('rows per expert', FIGURES, ({ rowsPerExpert: rows }) =>
      rows >= 10 ? rows.toFixed(0) : rows.toPrecision(2),
    ),
    column('experts touched', FIGURES, ({ touched }) => `${touched.toFixed(1)} of ${total}`),
    ...(routing[0]?.useful ?? []).map(({ tileM }, i) =>
      column(`m-tile ${tileM}`, FIGURES, ({ useful }: Routing) => useful[i] && percentages(useful[i])),
    ),
  ];
  return section(
    `Useful expert rows, in %: top ${active} of ${total} experts`,
    tableOf(columns, routing),
    text(
      'Useful rows over computed rows, if the rows of each expert are rounded up to whole tiles: random routing (expected) / even / skewed (Zipf, seed 1).',
    ),
  );
}

function blockSection({ gemms }: ModelExplanation): Section[] {
  const lengths = [...new Set(gemms.map(({ k }) => k))].sort((one, other) => one - other);
  const columns: ColumnOf<number>[] = [
    column('k', FIGURES, grouped),
    ...BLOCK_SIZES.map(({ format, block }) =>
      column(`blocks of ${block}, as ${format}`, FIGURES, (k: number) => {
        const remainder = k % block;
        const whole = grouped(Math.floor(k / block));
        return remainder === 0 ? whole : `no: ${whole} and ${remainder} over`;
      }),
    ),
  ];
  return section('Whole blocks along k', tableOf(columns, lengths));
}

function attentionSection(model: Model, { attention, memory }: ModelExplanation): Section[] {
  if (attention === null) return [];
  const { headDim, receptiveField, bounds, longest } = attention;
  const sliding = model.window;
  const reach =
    sliding === undefined
      ? 'every layer attends to the whole context'
      : `${sliding.layers} of ${model.layers} layers attend to the last ${grouped(sliding.size)} keys; the others attend to all`;
  const columns: ColumnOf<(typeof bounds)[number]>[] = [
    column('to distinguish', TEXT, ({ of }) => of),
    column('N', FIGURES, ({ distinguish }) => grouped(distinguish)),
    column('8.33 ln N', FIGURES, (bound) => bound.headDim.toFixed(2)),
    column(`head_dim ${headDim}`, TEXT, (bound) => (headDim >= bound.headDim ? 'satisfied' : 'not satisfied')),
  ];
  return section(
    'Attention',
    facts(['receptive field', `${grouped(receptiveField)} of ${grouped(memory.context)} tokens: ${reach}`]),
    tableOf(columns, bounds),
    text(
      `Natural logarithm; a head of ${headDim} satisfies the bound up to N = ${grouped(Math.floor(longest))}. The bound is derived for a vocabulary of N words; N as a sequence length is an analogy.`,
    ),
  );
}
