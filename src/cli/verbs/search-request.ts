/** The search that the options of `search` ask for. */
import { UsageError } from '../../experiment/errors.ts';
import { readShape } from '../../plan/import/shape-text.ts';
import type { Model } from '../../plan/model/model.ts';
import { type Mlp, mlpOf, type SearchRequest } from '../../plan/search.ts';
import { readSize } from './explain-options.ts';
import type { SearchOptions } from './search-options.ts';

/** The MLP whose up projection has a shape: m tokens, n = d_ff, k = hidden. Throws SpecError, UsageError. */
export function withShape(options: SearchOptions, text: string): SearchOptions {
  const { batch, m, n, k, layout, ...formats } = readShape(text);
  if (batch > 1) throw new UsageError(`--shape ${text}: an MLP has no batch; m counts its tokens`);
  if (layout !== undefined && layout !== 'nt')
    throw new UsageError(`--shape ${text}: weights of an MLP are stored [n,k], which is layout nt`);
  return { ...options, tokens: String(m), hidden: String(k), around: options.around ?? `${n}/${k}`, ...formats };
}

const RATIO = /^\d+(\.\d+)?(\/\d+(\.\d+)?)?$/;

/**
 * The search that flags ask for.
 *
 * @param model the one that `--model` names
 * @throws UsageError naming the flag
 */
export function requestFrom(options: SearchOptions, model?: Model): SearchRequest {
  const { w, a, acc, out, kernel, operands, routing } = options;
  const { experts, ...mlp } = model ? mlpOf(model) : mlpFrom(options);
  const around = options.around ?? mlp.around;
  if (!RATIO.test(around)) throw new UsageError(`--around: expected a ratio such as 8/3 or 2.6875, got "${around}"`);
  const sizes = {
    distance: options.distance === '0' ? 0 : readSize('--distance', options.distance),
    step: readSize('--step', options.step),
    tokens: readSize('--tokens', options.tokens),
  };
  const range = options['d-ff'] === undefined ? undefined : readRange(options['d-ff']);
  return {
    ...sizes,
    hidden: mlp.hidden,
    around,
    gated: mlp.gated && options.gated && !options.ungated,
    gateUp: options['gate-up'],
    w,
    kernel,
    operands,
    ...(range && { range }),
    ...(a && { a }),
    ...(acc && { acc }),
    ...(out && { out }),
    ...(experts && { experts: { ...experts, routing } }),
  };
}

function mlpFrom({ hidden, experts, active }: SearchOptions): Mlp {
  if (hidden === undefined)
    throw new UsageError('search takes a suite, --model or --hidden; for example: search --hidden 4096 --around 8/3');
  const mlp = { hidden: readSize('--hidden', hidden), around: '8/3', gated: true };
  if (experts === undefined && active === undefined) return mlp;
  if (experts === undefined || active === undefined)
    throw new UsageError('--experts and --active must be given together');
  const mixture = { total: readSize('--experts', experts), active: readSize('--active', active) };
  if (mixture.active > mixture.total)
    throw new UsageError(`--active ${mixture.active}: there are only ${mixture.total} experts`);
  return { ...mlp, experts: mixture };
}

function readRange(text: string): { from: number; to: number } {
  const [, from, to] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  if (from === undefined || to === undefined) throw new UsageError(`--d-ff: expected FROM..TO, got "${text}"`);
  const range = { from: readSize('--d-ff', from), to: readSize('--d-ff', to) };
  if (range.from >= range.to) throw new UsageError(`--d-ff ${text}: the range is empty; swap the ends`);
  return range;
}
