import { absentFormat, formatCalled } from '../../../gemm/formats/elsewhere.ts';
import { ACCUMULATOR_FORMATS, LAYOUTS, type Layout, OUTPUT_FORMATS } from '../../../gemm/problem.ts';
import { MAX_DIMENSION } from '../../spec/fields.ts';
import { blasNote, fromBlas, type ListRow, layoutOf, type RowReader, segmentOf } from './rows.ts';

/** Rows by the names of their columns, in any order and case: the one reading of tables, mappings and lines of logs. */

/** Names of columns by what they mean here; compared in lower case without `_`, `-` and spaces. */
const MEANINGS = {
  m: ['m'],
  n: ['n'],
  k: ['k'],
  batch: ['b', 'l', 'batch', 'batchcount', 'numbatches', 'batchsize', 'bs'],
  transA: ['transa', 'ta', 'at', 'transposea', 'opa'],
  transB: ['transb', 'tb', 'bt', 'transposeb', 'opb'],
  layout: ['layout'],
  dtype: ['dtype', 'type', 'datatype', 'precision', 'prec', 'format', 'inputtype'],
  w: ['w', 'qdtypew', 'wdtype', 'weightdtype', 'wtype', 'typew', 'btype', 'bdtype', 'dtypeb'],
  a: ['a', 'qdtypea', 'adtype', 'atype', 'dtypea', 'activationdtype'],
  acc: ['acc', 'accum', 'accumulator', 'accdtype'],
  out: ['out', 'outdtype', 'outputdtype', 'outputtype', 'outtype', 'ctype', 'dtypec', 'cdtype', 'odtype'],
  bias: ['bias', 'hasbias', 'usebias'],
  groups: ['groups'],
  phase: ['phase'],
  name: ['name', 'label', 'gemm', 'op', 'layer', 'layername', 'model', 'tag'],
} as const;
export type Meaning = keyof typeof MEANINGS;

/** Columns of results and of how they were reached, which say nothing of the shape. */
const IGNORED =
  /^(us|ms|ns|s|time.*|.*time|usec|latency.*|tflops?s?|gflops?s?|flops?|bw|gbs?|gbps|bandwidth.*|bytes|kernel.*|solution.*|solidx|sol.*|split.*|cunum|gfx|arch|gpu.*|device|libtype|lib|backend|provider|err.*|error.*|seed|alpha|beta|ld[abcde]|stride.*|scale.*|bpreshuffle|padkernels|iters?|.*iters|speedup|rank|index|id|problem|count|suite|series|operands|distribution|status|disposition|operation.*|from|source|notes?|comment|initialization|rotating|flush|workspace.*|algo.*|api.*|opclass|cta.*|inst.*|warps.*|stages|cluster.*|raster.*|mincc|maxcc|runtime.*|arithmeticintensity|intensity)$/;

/** Columns that only AITER's files have: its weights are stored [N,K]. */
const AITER = ['cunum', 'kernelid', 'qdtypew', 'bpreshuffle', 'scaleab'];

const plain = (name: string) => name.toLowerCase().replace(/[\s_-]/g, '');

/** What the columns of a list mean. */
export interface Columns {
  readonly of: ReadonlyMap<Meaning, string>;
  readonly isAiter: boolean;
}

/** @throws SpecError where two columns mean the same, or none means a dimension */
export function columnsOf(names: readonly string[], reader: RowReader, line?: number): Columns {
  const of = new Map<Meaning, string>();
  const unread: string[] = [];
  for (const name of names) {
    const meaning = Object.entries(MEANINGS).find(([, known]) => known.some((one) => one === plain(name)))?.[0] as
      | Meaning
      | undefined;
    if (meaning === undefined) {
      if (!IGNORED.test(plain(name)) && plain(name) !== '') unread.push(name);
      continue;
    }
    const twin = of.get(meaning);
    if (twin !== undefined)
      throw reader.error(line, `columns "${twin}" and "${name}" both mean ${meaning}; rename one`);
    of.set(meaning, name);
  }
  const missing = (['m', 'n', 'k'] as const).filter((name) => !of.has(name) && !(name === 'm' && reader.options.m));
  if (missing.length > 0) throw reader.error(line, missingText(names, missing));
  if (of.has('transA') || of.has('transB')) reader.notes.add(blasNote('the file', reader.options.columnMajor));
  if (unread.length > 0) reader.notes.add(`columns that were not read: ${unread.join(', ')}`);
  return { of, isAiter: names.some((name) => AITER.includes(plain(name))) };
}

function missingText(names: readonly string[], missing: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  const remedy =
    missing.join() === 'm' ? '--m 1,16,256 gives the rows of A' : '--columns m,n,k says what they are, in their order';
  return `no column is called ${missing.join(' or ')} (there are ${shown}); ${remedy}`;
}

type Values = Readonly<Record<string, unknown>>;

/** One row; what cannot be told is refused there. `phase` is a heading that the file has it under. */
export function addRow(
  values: Values,
  columns: Columns,
  {
    line,
    phase,
    isBlas = true,
  }: { readonly line: number; readonly phase?: string | undefined; readonly isBlas?: boolean },
  reader: RowReader,
): void {
  const heading = phase === undefined ? undefined : segmentOf(phase);
  const { m: rowsOfA = [], columnMajor } = reader.options;
  for (const m of columns.of.has('m') ? [undefined] : rowsOfA) {
    const shape = new Row(values, columns, line, reader).shape(m, isBlas && columnMajor === true);
    if (shape !== undefined) reader.add({ ...(heading && { phase: heading }), ...shape });
  }
}

interface Formats {
  readonly w: string | undefined;
  readonly a: string | undefined;
  readonly acc: string | undefined;
  readonly out: string | undefined;
}

class Row {
  readonly #values: Values;
  readonly #columns: Columns;
  readonly #line: number;
  readonly #reader: RowReader;
  #bad: string | undefined;

  constructor(values: Values, columns: Columns, line: number, reader: RowReader) {
    this.#values = values;
    this.#columns = columns;
    this.#line = line;
    this.#reader = reader;
  }

  /**
   * @param given the rows of A where the list has none
   * @param columnMajor whether the file's m and n are those of matrices stored by column
   */
  shape(given: number | undefined, columnMajor: boolean): ListRow | undefined {
    const { layout } = this.#reader.options;
    const sizes = { m: given ?? this.#size('m'), n: this.#size('n'), k: this.#size('k') };
    const turned = this.#turned({ ...sizes, ...this.#formats() }, columnMajor);
    const name = this.#text('name');
    const batch = this.#columns.of.has('batch') && this.#text('batch') !== undefined ? this.#size('batch') : undefined;
    const phase = this.#text('phase');
    const rows = this.#rows();
    const row: ListRow = {
      ...(name !== undefined && { name: segmentOf(name) }),
      ...(phase !== undefined && { phase: segmentOf(phase) }),
      ...(batch !== undefined && batch > 1 && { batch }),
      ...turned,
      ...(rows && { rows, m: undefined }),
      layout: layout ?? this.#layout(turned.layout),
      ...(this.#bias() && { bias: true }),
      line: this.#line,
    };
    if (this.#bad === undefined) return row;
    this.#reader.refuse({ line: this.#line, reason: this.#bad });
    return undefined;
  }

  /** Sizes, formats and layout, with m and n as the file means them. */
  #turned({ m, n, k, w, a, acc, out }: { m: number; n: number; k: number } & Formats, columnMajor: boolean) {
    const hasLetters = this.#columns.of.has('transA') || this.#columns.of.has('transB');
    const transposed = { transA: this.#isTransposed('transA'), transB: this.#isTransposed('transB') };
    const problem = fromBlas({ m, n, k, ...transposed, a, b: w }, columnMajor);
    const given = this.#text('layout')?.toLowerCase();
    if (given !== undefined && hasLetters && given !== layoutOf(transposed.transA, transposed.transB))
      this.#refuse(`layout ${given} is not what the transposes say`);
    const letters = given ?? (hasLetters ? problem.layout : undefined);
    return { ...problem, acc, out, layout: letters ?? (this.#columns.isAiter ? 'nt' : undefined) };
  }

  #layout(letters: string | undefined): Layout | undefined {
    if (letters === undefined) return undefined;
    return (
      LAYOUTS.find((known) => known === letters) ?? this.#refuse(`layout ${letters} is none of ${LAYOUTS.join(', ')}`)
    );
  }

  #formats(): Formats {
    const { w: asked, a: askedA } = this.#reader.options;
    const dtype = this.#text('dtype');
    const w = asked ?? this.#format('w', this.#text('w') ?? dtype);
    const a =
      askedA ?? (asked ? undefined : this.#format('a', this.#text('a') ?? (this.#text('w') ? dtype : undefined)));
    const out = asked ? undefined : this.#format('out', this.#text('out'), OUTPUT_FORMATS);
    const acc = asked ? undefined : this.#format('acc', this.#text('acc'), ACCUMULATOR_FORMATS);
    return { w, a, acc, out };
  }

  #format(what: string, text: string | undefined, known?: readonly string[]): string | undefined {
    if (text === undefined) return undefined;
    const format = formatCalled(text);
    if (format !== undefined && (known === undefined || known.includes(format))) return format;
    const absent = absentFormat(text);
    if (absent) return this.#refuse(`${what}: ${absent}; --w says what to measure instead`);
    return this.#refuse(`${what}: "${text}" does not say which format of these it is; --w says what to measure`);
  }

  /** Rows by group, where they are listed. */
  #rows(): readonly number[] | undefined {
    const listed = this.#values[this.#columns.of.get('groups') ?? ''];
    if (!Array.isArray(listed)) return undefined;
    if (listed.every((rows) => Number.isSafeInteger(rows) && rows >= 0)) return listed;
    return this.#refuse('groups: expected the rows of each group');
  }

  #bias(): boolean {
    const text = this.#text('bias')?.toLowerCase();
    return text !== undefined && !['false', '0', 'none', 'no', 'n'].includes(text);
  }

  #isTransposed(side: 'transA' | 'transB'): boolean {
    const given = this.#text(side);
    const text = given?.toLowerCase();
    if (text === undefined || ['n', '0', 'false', 'no'].includes(text)) return false;
    if (['t', '1', 'true', 'yes', 'c'].includes(text)) return true;
    this.#refuse(`${side}: "${given}" is neither n nor t`);
    return false;
  }

  #size(meaning: 'm' | 'n' | 'k' | 'batch'): number {
    const text = this.#text(meaning);
    const size = /^\d+$/.test(text ?? '') ? Number(text) : 0;
    if (size >= 1 && size <= MAX_DIMENSION) return size;
    this.#refuse(`${meaning}: expected a positive integer, got ${text === undefined ? 'nothing' : `"${text}"`}`);
    return 1;
  }

  #text(meaning: Meaning): string | undefined {
    const name = this.#columns.of.get(meaning);
    const value = name === undefined ? undefined : this.#values[name];
    const text = value === undefined || value === null ? '' : String(value).trim();
    return text === '' ? undefined : text;
  }

  /** Keeps the first reason. */
  #refuse(reason: string): undefined {
    this.#bad ??= reason;
    return undefined;
  }
}
