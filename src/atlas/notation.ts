/** How shapes, formats and cases are written, explained on each page on which such a text stands: what a page's text holds decides. */
import { formatOf, WEIGHT_FORMATS } from '../gemm/formats/registry.ts';
import { type Child, element } from '../report/document/markup.ts';
import { definition } from './definition.ts';

export interface Notation {
  readonly name: string;
  /** As it is titled. */
  readonly title: string;
  readonly means: string;
  /** Text that it is needed for. */
  readonly isIn: RegExp;
}

const FORMAT = `(?:${[...WEIGHT_FORMATS].sort((a, b) => b.length - a.length).join('|')})`;

const SHAPES: readonly Notation[] = [
  {
    name: 'mnk',
    title: 'm×n×k',
    means:
      'The problem C[m, n] = A[m, k] · B[k, n]. In a language model m is the number of tokens at once, k the width that goes into a layer, n the width that comes out, and B the weights.',
    isIn: /\d×\d+×\d|\b[mnk]=\d/,
  },
  {
    name: 'batch',
    title: 'b·m×n×k',
    means: 'A batch: so many independent problems of that shape in one launch.',
    isIn: /\d·\d+×|\bb(?:atch)?=\d/,
  },
  {
    name: 'experts',
    title: 'm×n×k in 4 of 32',
    means:
      'A mixture of experts: the m rows are shared out among 4 of 32 matrices of weights. A row of A meets only the weights of its own expert.',
    isIn: /\d in \d+ of \d/,
  },
  {
    name: 'routing',
    title: '128x4t1',
    means:
      'How rows are shared out: of 128 experts, 4 for each of 1 token, evenly; `-skewed7` where a draw with seed 7 made some experts more popular; `4r…` where the rows of each of 4 experts are given.',
    isIn: /\b\d+x\d+t\d|\b\d+r[0-9a-f]{12}/,
  },
  {
    name: 'layout',
    title: 'nn, nt, tn, tt',
    means:
      'How A and B lie in memory: n row by row as in C = A · B, t transposed. With nt each column of B, the weights of one output, is one run of memory. A shape without a layout is nn.',
    isIn: /\b(?:layout=)?(?:nn|nt|tn|tt)\b/,
  },
  {
    name: 'dff',
    title: 'd_ff',
    means: 'The width of the hidden layer of a feed-forward block. Some widths are faster than their neighbours.',
    isIn: /\bd_ff\b/,
  },
  {
    name: 'phase',
    title: 'decode, prefill',
    means:
      'Decode: a language model writes, one token of each sequence at a time, so that few rows meet all weights and memory is the limit. Prefill: it reads many tokens at once, and arithmetic is the limit.',
    isIn: /\b(?:decode|prefill)\b/i,
  },
];

const FORMATS_TEXT: readonly Notation[] = [
  {
    name: 'activations',
    title: 'weights·activations',
    means: 'Formats of B and of A. One format alone: both have it.',
    isIn: new RegExp(`${FORMAT}·${FORMAT}|\\bw=.*\\ba=`),
  },
  {
    name: 'acc',
    title: 'acc',
    means: 'The format in which products are added up, where it is not 32 bits wide.',
    isIn: new RegExp(`\\bacc[ =]${FORMAT}`),
  },
  {
    name: 'output',
    title: '→',
    means: 'The format in which C is written, where it is not 32 bits wide.',
    isIn: new RegExp(`→${FORMAT}|\\bout=${FORMAT}`),
  },
  { name: 'bias', title: '+bias', means: 'A vector is added to each row of C.', isIn: /\+bias|\bbias=/ },
  {
    name: 'hot',
    title: 'hot',
    means: 'The same operands are multiplied again and again, so that caches may hold them. Otherwise no cache does.',
    isIn: /\bhot\b|\boperands=/,
  },
  {
    name: 'unchecked',
    title: 'unchecked',
    means: 'Without the checks of array bounds that WebGPU otherwise adds to kernels.',
    isIn: /\bunchecked\b|\brobustness=/,
  },
  {
    name: 'best',
    title: 'best',
    means: 'No kernel’s name: the one that this project selects for the shape, the format and the device.',
    isIn: /\bbest$|=best\b|selects\b/m,
  },
  {
    name: 'flops',
    title: 'FLOPS',
    means: 'Floating-point operations per second: GFLOPS are 10⁹, TFLOPS 10¹² of them.',
    isIn: /\d [kMGTP]?FLOPS/,
  },
];

/** Each number format, as the format itself says. */
const FORMATS: readonly Notation[] = WEIGHT_FORMATS.map((name) => ({
  ...{ name: `format-${name}`, title: name, means: formatMeans(name) },
  isIn: new RegExp(`(?<![\\w-])${name}(?![\\w-])`),
}));

function formatMeans(name: (typeof WEIGHT_FORMATS)[number]): string {
  const format = formatOf(name);
  if (format.kind === 'elements') return `Numbers of ${format.bits} bits, ${format.precision} of them significant.`;
  const { block, lines, format: stored } = format.scale;
  const along = block === 'k' ? 'all codes of a column' : `${block} codes in a row along k`;
  const across = lines === 'all' ? 'all codes of the matrix' : along;
  const scale = format.zeroPoints === true ? 'a scale of 16 bits and a zero point' : `a scale in ${stored}`;
  return `Codes of ${format.bits} bits; ${across} share ${scale}.`;
}

export const NOTATION: readonly Notation[] = [...SHAPES, ...FORMATS_TEXT, ...FORMATS];

/** Definitions of all notation in some markup; nothing where there is none. */
export function notationOf(markup: string): Child {
  const text = textOf(markup);
  const used = NOTATION.filter(({ isIn }) => isIn.test(text));
  if (used.length === 0) return undefined;
  return element(
    'section',
    { id: 'notation', 'aria-labelledby': 'notation-title' },
    element('h2', { id: 'notation-title' }, 'How shapes and formats are written'),
    used.map(({ name, title, means }) => definition(`note-${name}`, title, means)),
  );
}

/** What a reader sees, one line an element. */
export function textOf(markup: string): string {
  return markup.replace(/<[^>]*>/g, '\n').replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}
