import { show } from '../../spec/document.ts';
import type { DocumentPath } from '../../spec/spec-error.ts';

/** The fields of a config.json, each asked for by name: what was never asked for is what nobody understood. */

/** What of a model a refused field makes unknown; `model` leaves nothing to take. */
export type Part = 'model' | 'attention' | 'mlp' | 'head' | 'weights' | 'field';

/** A field that cannot be told as GEMMs. */
export interface Refusal {
  readonly path: DocumentPath;
  /** Says the value too. */
  readonly reason: string;
  readonly part: Part;
}

export type Values = Readonly<Record<string, unknown>>;

export class Fields {
  readonly refusals: Refusal[] = [];
  /** What a reader should know of the reading that is no mistake. */
  readonly notes: string[] = [];
  readonly #values: Values;
  readonly #path: DocumentPath;
  readonly #outer: Values;
  readonly #asked = new Set<string>();

  /**
   * @param path where the fields lie in the file
   * @param outer fields of the file itself, which count where these are silent
   */
  constructor(values: Values, path: DocumentPath, outer: Values = {}) {
    this.#values = { ...outer, ...values };
    this.#path = path;
    this.#outer = Object.fromEntries(Object.entries(outer).filter(([name]) => !(name in values)));
  }

  #pathOf(name: string): DocumentPath {
    return name in this.#outer ? [name] : [...this.#path, name];
  }

  /** The value, or undefined where it is null or absent. */
  take(name: string): unknown {
    this.#asked.add(name);
    return this.#values[name] ?? undefined;
  }

  has(name: string): boolean {
    return this.take(name) !== undefined;
  }

  isNull(name: string): boolean {
    return this.#values[name] === null;
  }

  /** A size that the part cannot be without; 0 once it is refused. */
  size(name: string, part: Part, fallback?: number): number {
    const value = this.take(name) ?? fallback;
    if (value === undefined) return this.refuse(name, part, this.isNull(name) ? 'is null' : 'is missing') ?? 0;
    if (isSize(value)) return value;
    return this.refuse(name, part, `${shown(value)} is no size`) ?? 0;
  }

  /** A size, a list of one value repeated for every layer, or refused. */
  layerSize(name: string, part: Part, layers: number, fallback?: number): number {
    const value = this.take(name);
    if (!Array.isArray(value)) return this.size(name, part, fallback);
    const [first] = value;
    if (value.length === layers && isSize(first) && value.every((one) => one === first)) return first;
    return this.refuse(name, part, `${shown(value)} differs from layer to layer`) ?? 0;
  }

  /** A number that may be 0. */
  count(name: string, part: Part, fallback?: number): number {
    const value = this.take(name) ?? fallback;
    if (value === undefined) return this.refuse(name, part, this.isNull(name) ? 'is null' : 'is missing') ?? 0;
    if (value === 0 || isSize(value)) return value;
    return this.refuse(name, part, `${shown(value)} is no number of anything`) ?? 0;
  }

  /** null is false to the programs that read it. */
  flag(name: string, part: Part, fallback?: boolean): boolean {
    const value = this.take(name) ?? (this.isNull(name) ? false : fallback);
    if (value === undefined) return this.refuse(name, part, 'is missing') ?? false;
    if (typeof value === 'boolean') return value;
    return this.refuse(name, part, `${shown(value)} is neither true nor false`) ?? false;
  }

  text(name: string): string | undefined {
    const value = this.take(name);
    return typeof value === 'string' ? value : undefined;
  }

  refuse(name: string, part: Part, reason: string, at: DocumentPath = []): undefined {
    this.#asked.add(name);
    this.refusals.push({ path: [...this.#pathOf(name), ...at], part, reason });
    return undefined;
  }

  /** Refuses a value that nothing here stands for; says the value. */
  refuseValue(name: string, part: Part, why: string): void {
    this.refuse(name, part, `${shown(this.#values[name])} ${why}`);
  }

  note(name: string, text: string): void {
    this.notes.push(`${this.#pathOf(name).join('.')}: ${shown(this.#values[name])} ${text}`);
  }

  /** Names of fields that were never asked for and are not off: null, false, 0 or empty. */
  unasked(): readonly string[] {
    return Object.keys(this.#values).filter((name) => !this.#asked.has(name) && !isOff(this.#values[name]));
  }
}

export function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function isOff(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** A value as a config writes it, cut where it is long. */
export function shown(value: unknown): string {
  if (value === null || typeof value !== 'object') return show(value);
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
