/** The contenders of a shape: our kernels by class, and every library that supports it. */
import type { DeviceFacts } from '../src/engine/port.ts';
import { errorBudget } from '../src/gemm/budget.ts';
import { defaultScale } from '../src/gemm/formats/scale.ts';
import type { Format, Problem, WeightFormat } from '../src/gemm/problem.ts';
import type { Refusal } from '../src/kernel/refusal.ts';
import { best, type Picked } from '../src/kernel/select/best.ts';
import type { TunedChoices } from '../src/kernel/select/tuned.ts';
import type { Kernel, KernelSet } from '../src/kernel/set/kernel.ts';
import { enterRun } from '../src/measure/parent/enter.ts';
import type { Entry as MeasureEntry } from '../src/measure/parent/measurement.ts';
import type { Contender } from '../src/measure/worker/protocol.ts';
import type { Case } from '../src/plan/case/case.ts';
import { type Ask, type Entry, type Kind, passesOver, sourceOf } from './catalogue.ts';

/** What a kernel may use, from everything to the minimum. A class is represented by its best kernel. */
export const CLASSES = ['best', 'storage-buffer', 'portable', 'texture-fed'] as const;
/** Other formats that are compared with the case's; of activations too where they are named. */
export const OTHERS = ['f16', 'mxfp4', 'nvfp4', 'int4-int8', 'mxfp4-int8'] as const;
/** Classes of our kernels: by features used, or by other formats. */
export const OUR_CLASSES = [...CLASSES, ...OTHERS] as const;
export type OurClass = (typeof OUR_CLASSES)[number];

export interface PeerContender {
  readonly name: string;
  readonly kind: Kind;
  readonly variant?: string;
  readonly classes: readonly OurClass[];
  readonly format: Format;
  readonly note?: string;
  /** Error budget over that of the visit: the factor of the reported error. */
  readonly errorScale: number;
  /** Absent if excluded; then `reason` says why. */
  readonly contender?: Contender;
  readonly reason?: string;
}

export interface Field {
  readonly contenders: readonly PeerContender[];
  readonly reference: Contender | null;
}

export interface FieldRequest {
  readonly kernels: KernelSet;
  /** Libraries to ask. */
  readonly entries: readonly Entry[];
  /** Reasons for exclusion, by name. */
  readonly out: ReadonlyMap<string, string>;
  readonly facts: DeviceFacts;
  /** Classes of our kernels to include; default all. */
  readonly classes?: readonly OurClass[];
  /** Tunings of this machine, used by each class. */
  readonly tuned?: TunedChoices;
}

const F16: Format = { w: 'f16', a: 'f16', acc: 'f32', out: 'f32' };
/** Formats that stand beside each other at one shape, apart from the case's own. */
const OTHER_FORMATS: Readonly<Partial<Record<WeightFormat, readonly [OurClass, Format][]>>> = {
  f32: [['f16', F16]],
  int4: [
    ['mxfp4', { w: 'mxfp4', a: 'f32', acc: 'f32', out: 'f32' }],
    ['nvfp4', { w: 'nvfp4', a: 'f32', acc: 'f32', out: 'f32' }],
    // As MatMulNBits at accuracy level 4.
    ['int4-int8', { w: 'int4', a: 'int8', acc: 'f32', out: 'f32' }],
    ['mxfp4-int8', { w: 'mxfp4', a: 'int8', acc: 'f32', out: 'f32' }],
  ],
};

export function fieldOf(item: Case, request: FieldRequest): Field | Refusal {
  const entered = enterReference(item, request);
  if ('status' in entered) return entered;
  const contenders = [...ours(item, request), ...otherFormats(item, request), ...libraries(item.problem, request)];
  return { contenders, reference: entered.reference };
}

/** The contenders of the visit. */
export function entryOf({ contenders, reference }: Field): MeasureEntry {
  return { contenders: contenders.flatMap(({ contender }) => contender ?? []), reference };
}

function enterReference(item: Case, { kernels, facts }: FieldRequest): MeasureEntry | Refusal {
  return enterRun(kernels, kernels)({ ...item, kernel: 'best' }, facts);
}

/** The best kernel of each class, each program once. */
function ours({ problem }: Case, { kernels, facts, classes = CLASSES, tuned }: FieldRequest): PeerContender[] {
  const byProgram = new Map<string, { picked: Picked; classes: OurClass[] }>();
  for (const name of CLASSES.filter((known) => classes.includes(known))) {
    const within = { ...kernels, kernels: kernels.kernels.filter((kernel) => belongs(kernel, name)) };
    const picked = best(within, problem, facts, tuned);
    if ('reason' in picked) continue;
    const key = programKey(picked);
    const known = byProgram.get(key) ?? { picked, classes: [] };
    known.classes.push(name);
    byProgram.set(key, known);
  }
  return [...byProgram].map(([key, { picked, classes }]) => ({
    name: key,
    kind: 'ours',
    classes,
    format: problem.format,
    errorScale: 1,
    contender: { name: key, source: { kind: 'wgsl', program: picked.program } },
  }));
}

function programKey({ kernel, program: { tile, thread } }: Picked): string {
  return `${kernel.name} ${tile.m}x${tile.n}/${thread.m}x${thread.n}`;
}

export function belongs(kernel: Pick<Kernel, 'textures' | 'requires'>, name: (typeof CLASSES)[number]): boolean {
  const textures = kernel.textures.length > 0;
  if (name === 'texture-fed') return textures;
  if (name === 'storage-buffer') return !textures;
  return name === 'best' || (!textures && kernel.requires.length === 0);
}

/** Our kernels on the same shape in other formats. */
function otherFormats(item: Case, request: FieldRequest): PeerContender[] {
  const { classes = OTHERS } = request;
  const asked = (OTHER_FORMATS[item.problem.format.w] ?? []).filter(([name]) => classes.includes(name));
  return asked.map(([name, format]) => {
    const problem = withFormat(item.problem, format);
    const base = { name, kind: 'ours', classes: [name], format } as const;
    const errorScale = errorBudget(problem) / errorBudget(item.problem);
    const picked = best(request.kernels, problem, request.facts, request.tuned);
    const entered = enterReference({ ...item, problem }, request);
    const reason = 'reason' in picked ? picked.reason : 'status' in entered ? entered.detail : null;
    if ('reason' in picked || 'status' in entered || entered.reference?.source.kind !== 'wgsl') {
      return { ...base, errorScale, reason: reason ?? 'no kernel can check this answer' };
    }
    const key = `${programKey(picked)} w=${format.w}${format.a === 'int8' ? ' a=int8' : ''}`;
    const other = { problem, program: picked.program, reference: entered.reference.source.program };
    return { ...base, name: key, errorScale, contender: { name: key, source: { kind: 'peer', name, other } } };
  });
}

export function withFormat(problem: Problem, format: Format): Problem {
  const { scale: _, ...rest } = problem;
  const scale = defaultScale(format.w);
  return { ...rest, format, ...(scale && { scale }) };
}

function libraries(problem: Problem, request: FieldRequest): PeerContender[] {
  return request.entries.flatMap((entry) => {
    if (problem.format.w === 'int4') return entry.fourBit.map((ask) => library(entry, problem, request, ask));
    return entry.dense ? [library(entry, problem, request)] : [];
  });
}

function library(entry: Entry, problem: Problem, { out, facts }: FieldRequest, ask?: Ask): PeerContender {
  const name = ask ? `${entry.name} ${ask.variant}` : entry.name;
  const note = [entry.note, ask?.note].filter((text) => text !== undefined).join('; ');
  const base = {
    name,
    kind: entry.kind,
    classes: [],
    format: problem.format,
    errorScale: ask?.budget === undefined ? 1 : ask.budget / errorBudget(problem),
    ...(ask && { variant: ask.variant }),
    ...(note !== '' && { note }),
  };
  const reason = out.get(entry.name) ?? passesOver(entry, problem, facts);
  return reason === null ? { ...base, contender: { name, source: sourceOf(entry, ask) } } : { ...base, reason };
}
