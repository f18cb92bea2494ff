import { isElementFormat } from '../../gemm/formats/registry.ts';
import type { ElementFormat, WeightFormat } from '../../gemm/problem.ts';
import { modelGemms } from '../model/gemms.ts';
import { storedFormat } from '../model/linear.ts';
import { type Model, originOf } from '../model/model.ts';
import { type GemmSkip, type ModelGemm, type Pass, passTokens } from '../model/pass.ts';
import { routingRefusal } from '../model/routing.ts';
import { type Axis, axisLength, axisValues } from '../suite/axis.ts';
import type { ModelRequest, Suite } from '../suite/parse.ts';
import { asList, type Draft, formatsFor, type Refusal, refusal, type Settings, scaleOf, settingsOf } from './draft.ts';
import { globMatches } from './predicate.ts';

/** Models: passes combined with parallel degrees, each split into GEMMs, each combined with formats. */

/** A GEMM that cannot be formed: its path and the reason. */
export interface PathSkip {
  readonly phase: string;
  readonly name: string;
  readonly reason: string;
}

const DEFAULT_CONTEXT = 4096;

/** Number of passes of an entry, including degrees. */
export function passCount(suite: Suite, request: ModelRequest): number {
  const { decode, prefill, train } = request.phases;
  const crossed = (x: Axis, y: Axis) => axisLength(x) * axisLength(y);
  const passes =
    (decode === undefined ? 0 : crossed(decode.batch, decode.context ?? 1)) +
    (prefill === undefined ? 0 : crossed(prefill.batch, prefill.sequence)) +
    (train === undefined ? 0 : crossed(train.batch, train.sequence));
  return passes * degrees(suite, request).length;
}

/** The passes of an entry: decode, prefill, train; each with every batch and context or sequence. */
export function passesOf(request: ModelRequest): readonly Pass[] {
  const { decode, prefill, train } = request.phases;
  const context = decode?.context ?? Math.min(DEFAULT_CONTEXT, request.model.max_position ?? DEFAULT_CONTEXT);
  const decodes = decode === undefined ? [] : cross(decode.batch, context);
  const prefills = prefill === undefined ? [] : cross(prefill.batch, prefill.sequence);
  const trains = train === undefined ? [] : cross(train.batch, train.sequence);
  return [
    ...decodes.map(([batch, keys]): Pass => ({ phase: 'decode', batch, context: keys })),
    ...prefills.map(([batch, sequence]): Pass => ({ phase: 'prefill', batch, sequence })),
    ...trains.map(([batch, sequence]): Pass => ({ phase: 'train', batch, sequence })),
  ];
}

function cross(x: Axis, y: Axis): readonly (readonly [number, number])[] {
  return axisValues(x).flatMap((first) => axisValues(y).map((second) => [first, second] as const));
}

/** Tensor-parallel degrees crossed with expert-parallel ones. */
function degrees(suite: Suite, { entry }: ModelRequest): readonly { readonly tp: number; readonly ep: number }[] {
  const eps = asList(entry.ep, suite.defaults.ep, 1);
  return asList(entry.tp, suite.defaults.tp, 1).flatMap((tp) => eps.map((ep) => ({ tp, ep })));
}

/**
 * Drafts, refusals and skips of one model entry. Throws SpecError for a pass beyond the model's maximum position and for
 * `only` or `except` globs that match no GEMM.
 */
export function* modelDrafts(suite: Suite, request: ModelRequest): Generator<Draft | Refusal | PathSkip> {
  const settings = settingsOf(request.entry, suite.defaults);
  const seen = new Set<string>();
  for (const pass of passesOf(request)) {
    checkPosition(suite, request, pass);
    checkRouting(suite, request, pass);
    for (const ranks of degrees(suite, request)) {
      const options = {
        ...ranks,
        gateUp: request.entry.gateUp ?? suite.defaults.gateUp ?? 'fused',
        routing: request.entry.routing ?? suite.defaults.routing ?? 'uniform',
        seed: settings.seed,
      };
      for (const gemm of modelGemms(request.model, pass, options)) {
        seen.add(baseName(gemm.name));
        if (!selected(request, baseName(gemm.name))) continue;
        if ('reason' in gemm) yield skipOf(suite, request, pass, gemm);
        else yield* gemmDrafts(suite, request, pass, gemm, settings);
      }
    }
  }
  checkGlobs(suite, request, [...seen]);
}

function baseName(name: string): string {
  return name.split('@')[0] ?? name;
}

function selected(request: ModelRequest, name: string): boolean {
  const { only, except } = request.entry;
  if (only !== undefined && !only.some((glob) => globMatches(glob, name))) return false;
  return !(except ?? []).some((glob) => globMatches(glob, name));
}

function checkGlobs(suite: Suite, request: ModelRequest, names: readonly string[]): void {
  for (const key of ['only', 'except'] as const) {
    request.entry[key]?.forEach((glob, i) => {
      if (names.some((name) => globMatches(glob, name))) return;
      const known = [...new Set(names)].join(', ');
      throw suite.error(
        [...request.path, key, i],
        `"${glob}" matches no GEMM of ${request.model.name}; known: ${known}`,
      );
    });
  }
}

function checkPosition(suite: Suite, request: ModelRequest, pass: Pass): void {
  const { name, max_position: most } = request.model;
  const length = pass.phase === 'decode' ? pass.context : pass.sequence;
  if (most === undefined || length <= most) return;
  const key = pass.phase === 'decode' ? 'context' : 'sequence';
  throw suite.error([...request.path, 'phases', pass.phase, key], `${name} has ${most} positions, not ${length}`);
}

function checkRouting(suite: Suite, request: ModelRequest, pass: Pass): void {
  const routing = request.entry.routing ?? suite.defaults.routing ?? 'uniform';
  const reason = request.model.experts === undefined ? undefined : routingRefusal(routing, passTokens(pass));
  if (reason !== undefined) throw suite.error([...request.path, 'phases', pass.phase], reason);
}

/** A suite named after its one model says `o_proj`; any other says which model: `llama3.1-8b:o_proj`. */
function caseName(suite: Suite, model: Model, name: string): string {
  return suite.name === model.name ? name : `${model.name}:${name}`;
}

function skipOf(suite: Suite, request: ModelRequest, pass: Pass, skip: GemmSkip): PathSkip {
  return { phase: pass.phase, name: caseName(suite, request.model, skip.name), reason: skip.reason };
}

function* gemmDrafts(
  suite: Suite,
  request: ModelRequest,
  pass: Pass,
  gemm: ModelGemm,
  settings: Settings,
): Generator<Draft | Refusal> {
  const { entry, model, path } = request;
  const shape = { batch: gemm.batch, m: gemm.m, n: gemm.n, k: gemm.k };
  for (const requested of asList(entry.w, suite.defaults.w, 'checkpoint' as const)) {
    const { w, note } = weightFormat(model, pass, gemm, requested);
    const notes = [gemm.note, note].filter((text) => text !== undefined).map((text) => `; ${text}`);
    for (const format of formatsFor(w, entry, suite.defaults, model.activations)) {
      const draft: Draft = {
        phase: pass.phase,
        name: caseName(suite, model, gemm.name),
        shape,
        layout: gemm.layout,
        ...(gemm.group === undefined ? {} : { group: gemm.group }),
        format,
        bias: gemm.bias,
        from: `${entry.from ?? originOf(model) ?? model.name}${notes.join('')}`,
        count: gemm.count,
        settings,
        path,
      };
      const reason = refusal(shape, gemm.layout, format) ?? straddles(gemm, w);
      yield reason === undefined ? draft : { draft, reason };
    }
  }
}

/** A shard must end where a scale block ends: a scale cannot be split between ranks. */
function straddles(gemm: ModelGemm, w: WeightFormat): string | undefined {
  const { block, lines } = scaleOf(w, undefined) ?? {};
  const cuts = (size: number, by: number | string | undefined) => typeof by === 'number' && size % by !== 0;
  if (gemm.kSharded && cuts(gemm.k, block)) return `a shard of ${gemm.k} along k would split a ${w} block of ${block}`;
  if (gemm.nSharded && cuts(gemm.n, lines)) return `a shard of ${gemm.n} along n would split a ${w} block of ${lines}`;
  return undefined;
}

/**
 * The format in which B is measured. Activations (key and value caches, the inputs of weight gradients) are never in a 4-bit
 * format; training keeps weights in the format the model computes in unless the suite names one.
 */
function weightFormat(
  model: Model,
  pass: Pass,
  gemm: ModelGemm,
  requested: WeightFormat | 'checkpoint',
): { readonly w: WeightFormat; readonly note?: string } {
  if (gemm.part === 'activations') return { w: asActivation(requested, model.activations) };
  if (requested !== 'checkpoint') return { w: requested };
  const { stored, measured } = storedFormat(model, { name: baseName(gemm.name), part: gemm.part });
  const w = pass.phase === 'train' ? asActivation(measured, model.activations) : measured;
  return stored === w ? { w } : { w, note: `${stored} weights measured as ${w}` };
}

function asActivation(format: WeightFormat | 'checkpoint', fallback: ElementFormat): ElementFormat {
  return format !== 'checkpoint' && isElementFormat(format) ? format : fallback;
}
