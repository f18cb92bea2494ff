/**
 * Which adapter a run uses. The order is fixed (real GPU, system software Vulkan, embedded SwiftShader) and every attempt is kept
 * with its reason, because "no adapter" is useless without the list of attempts. This file makes the decision; the routes, which
 * use the operating system, are in adapters.node.ts.
 */
import { type AdapterSource, type Attempt, EngineError } from '../port.ts';

/** The four parts of an adapter's name. */
export type AdapterWords = Pick<GPUAdapterInfo, 'vendor' | 'architecture' | 'device' | 'description'>;

/** The part of an adapter that the choice uses. */
export interface Candidate {
  readonly adapter: { readonly info: AdapterWords };
  readonly source: AdapterSource;
}

export interface OpenedAdapter extends Candidate {
  readonly adapter: GPUAdapter;
  readonly backend: string;
  /** Dawn toggles the instance was created with. */
  readonly toggles: readonly string[];
  /** Keeps Dawn's instance alive: if it is garbage-collected before its device, the process crashes. */
  readonly instance: GPU;
}

export interface AdapterRoute<Opened extends Candidate = OpenedAdapter> {
  readonly name: string;
  /** The request words (besides `auto` and a name) that may take this route. */
  readonly serves: readonly ('gpu' | 'software' | 'embedded')[];
  /** Rejects with the reason if there is no adapter on this route. */
  open(): Promise<Opened>;
}

export interface ChosenAdapter<Opened extends Candidate = OpenedAdapter> {
  readonly opened: Opened;
  readonly tried: readonly Attempt[];
}

const WORDS = ['gpu', 'software', 'embedded'] as const;

/** The driver's words for an adapter: device and description, without repeating one that contains the other. */
export function adapterName(info: AdapterWords): string {
  const parts = [info.vendor, info.device, info.description].filter((part) => part !== '');
  return parts.filter((part, i) => !parts.some((other, j) => j !== i && other.includes(part))).join(', ') || 'unnamed';
}

/**
 * Takes the first route with an adapter that matches the request.
 *
 * @param request `auto`, `gpu`, `software`, `embedded`, or a part of the adapter's name
 * @param routes in the order to try them
 * @param advice one sentence for this platform: what to install
 * @throws EngineError `no-adapter`, naming every attempt
 */
export async function chooseAdapter<Opened extends Candidate>(
  request: string,
  routes: readonly AdapterRoute<Opened>[],
  advice: string,
): Promise<ChosenAdapter<Opened>> {
  const word = WORDS.find((candidate) => candidate === request);
  const tried: Attempt[] = [];
  for (const route of routes) {
    if (word !== undefined && !route.serves.includes(word)) continue;
    try {
      const opened = await route.open();
      const found = adapterName(opened.adapter.info);
      const refusal = refuse(request, opened);
      tried.push({ route: route.name, found, outcome: refusal ? 'refused' : 'chosen', reason: refusal ?? 'answers' });
      if (refusal === null) return { opened, tried };
    } catch (error) {
      tried.push({ route: route.name, found: null, outcome: 'failed', reason: reasonOf(error) });
    }
  }
  throw new EngineError('no-adapter', noAdapterMessage(request, tried, advice));
}

/** Null if the adapter matches the request. */
function refuse(request: string, { adapter, source }: Candidate): string | null {
  if (request === 'auto' || request === 'embedded') return null;
  if (request === 'gpu') return source === 'gpu' ? null : 'a software adapter, and a GPU was asked for';
  if (request === 'software') return source === 'gpu' ? 'a GPU, and a software adapter was asked for' : null;
  const { vendor, architecture, device, description } = adapter.info;
  const names = [vendor, architecture, device, description].join('\n').toLowerCase();
  return names.includes(request.toLowerCase()) ? null : `its name does not contain "${request}"`;
}

function noAdapterMessage(request: string, tried: readonly Attempt[], advice: string): string {
  const lines = tried.map(({ route, found, reason }) => `  ${route}: ${found === null ? '' : `${found}: `}${reason}`);
  if (lines.length === 0) lines.push('  nothing: this platform has no route for that request');
  return [`no WebGPU adapter for --adapter ${request}; tried`, ...lines, advice].join('\n');
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().replace(/\s*\n\s*/g, '; ') || 'failed without a message';
}
