/** The laws of the house; see docs/house.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = dirname(fileURLToPath(import.meta.url));

/** The rooms, lowest first: each may import those before it. */
const ROOMS = [
  ...['stats', 'gemm', 'record', 'plan', 'kernel', 'engine', 'measure', 'inspect'],
  ...['judge', 'predict', 'report', 'atlas', 'experiment', 'cli'],
];

/** Folders of rooms that have an order of their own, lowest first; `.` is what lies in none of them. */
const INSIDE: Readonly<Record<string, readonly string[]>> = {
  record: ['.', 'journal', 'store', 'beside'],
  plan: ['spec', 'model', 'suite', 'import', 'case', '.'],
  kernel: ['.', 'set', 'text', 'select'],
  measure: ['worker', 'parent'],
  judge: ['ab', 'history', 'search', '.'],
  experiment: [
    ...['.', 'setup', 'session', 'doctor', 'explain', 'inspect', 'run', 'verify'],
    ...['compare', 'bisect', 'calibrate', 'search', 'tune', 'validate', 'page'],
  ],
};

/** Formats themselves, the engine that knows one format, and what is not written out when it is f32. */
const NAMES_FORMATS = /^(gemm\/formats|engine\/gpujs)\/|^report\/labels\.ts$/;

interface Import {
  readonly from: string;
  /** A file of this project, relative to `src`; or an npm package, or `node:…`. */
  readonly to: string;
  readonly kind: 'ours' | 'package' | 'node';
  /** Only for the type checker. */
  readonly isType: boolean;
}

const FILES: readonly string[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.ts$/.test(path) && !/\.test\.ts$|[\\/]testdata[\\/]/.test(path))
  .map((path) => path.replaceAll('\\', '/'));

const textOf = (path: string) => readFileSync(join(SRC, path), 'utf8');
const roomOf = (path: string) => path.split('/')[0] ?? '';

function folderOf(path: string): string {
  const [, folder = '.', ...rest] = path.split('/');
  return rest.length > 0 ? folder : '.';
}

const STATEMENT =
  /^(?:import|export)\s[^'"`;]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

const IMPORTS: readonly Import[] = FILES.flatMap((from) =>
  [...textOf(from).matchAll(STATEMENT)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const isType = /^(import|export)\s+type\s/.test(match[0]);
    if (specifier.startsWith('node:')) return { from, to: specifier, kind: 'node', isType };
    if (!specifier.startsWith('.')) return { from, to: packageOf(specifier), kind: 'package', isType };
    const to = normalize(join(dirname(from), specifier)).replaceAll('\\', '/');
    return { from, to, kind: 'ours', isType };
  }),
);
const OURS = IMPORTS.filter(({ kind }) => kind === 'ours');

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Breaches of a law as they are printed. */
function breaches(imports: readonly Import[], isBreach: (one: Import) => boolean): string[] {
  return imports.filter(isBreach).map(({ from, to }) => `${from} imports ${to}`);
}

/** Lines of files that a pattern is in. */
function lines(isLookedAt: (path: string) => boolean, pattern: RegExp): string[] {
  return FILES.filter(isLookedAt).flatMap((path) =>
    textOf(path)
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
  );
}

describe('the house', () => {
  it('was found', () => {
    expect(FILES.length).toBeGreaterThan(300);
    expect(OURS.length).toBeGreaterThan(1000);
  });

  it('law 1: lets no room import one above it', () => {
    expect(new Set(FILES.map(roomOf))).toEqual(new Set(ROOMS));
    const rank = (path: string) => ROOMS.indexOf(roomOf(path));
    expect(breaches(OURS, ({ from, to }) => rank(to) > rank(from))).toEqual([]);
  });

  it.each(Object.entries(INSIDE))('law 1: lets no folder of %s import one above it', (room, order) => {
    const files = FILES.filter((path) => roomOf(path) === room);
    expect(new Set(files.map(folderOf))).toEqual(new Set(order));
    const rank = (path: string) => order.indexOf(folderOf(path));
    const inside = OURS.filter(({ from, to }) => roomOf(from) === room && roomOf(to) === room);
    expect(breaches(inside, ({ from, to }) => rank(to) > rank(from))).toEqual([]);
  });

  it('law 1: has no import cycles', () => {
    const graph = new Map(FILES.map((path) => [path, [] as string[]]));
    for (const { from, to, isType } of OURS) if (!isType) graph.get(from)?.push(to);
    const done = new Set<string>();
    const cycleFrom = (path: string, trail: readonly string[]): string | null => {
      if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path].join(' → ');
      if (done.has(path)) return null;
      for (const next of graph.get(path) ?? []) {
        const cycle = cycleFrom(next, [...trail, path]);
        if (cycle) return cycle;
      }
      done.add(path);
      return null;
    };
    for (const path of graph.keys()) expect(cycleFrom(path, [])).toBeNull();
  });

  it('law 2: judges and reports from records alone', () => {
    const judging = ['record', 'judge', 'report'];
    const measuring = ['plan', 'kernel', 'engine', 'measure'];
    expect(breaches(OURS, ({ from, to }) => judging.includes(roomOf(from)) && measuring.includes(roomOf(to)))).toEqual(
      [],
    );
  });

  it('law 3: imports an npm package in one room only', () => {
    // Data enters in three rooms, and as the scenario of the scripted engine; each checks what it lets in.
    const doors = /^(plan|kernel|record|engine\/scripted)\//;
    const packages = IMPORTS.filter(({ kind }) => kind === 'package');
    for (const name of new Set(packages.map(({ to }) => to))) {
      const importers = packages.filter(({ to }) => to === name).map(({ from }) => from);
      if (name === 'zod' || name === 'yaml')
        expect(
          importers.filter((path) => !doors.test(path)),
          name,
        ).toEqual([]);
      else expect([...new Set(importers.map(roomOf))], name).toHaveLength(1);
    }
  });

  it('law 4: keeps Node out of everything a browser runs', () => {
    const isNodeOnly = (path: string) => /\.node\.ts$/.test(path) || ['experiment', 'cli'].includes(roomOf(path));
    expect(
      breaches(
        IMPORTS,
        ({ from, to, kind }) => !isNodeOnly(from) && (kind === 'node' || (kind === 'ours' && isNodeOnly(to))),
      ),
    ).toEqual([]);
  });

  it('law 5: is made of nothing but itself: no evaluation, test or data of tests', () => {
    const product = new Set(FILES);
    expect(breaches(OURS, ({ to }) => !product.has(to))).toEqual([]);
    expect(FILES.filter((path) => /fault|cloud|trial|\beval/.test(path))).toEqual([]);
  });

  it('names an engine only where the engine is, and asks the object everywhere else', () => {
    const chain = /\bengine(?:\.name)? [!=]== ['"`]|['"`]gpujs['"`]/i;
    expect(lines((path) => roomOf(path) !== 'engine', chain)).toEqual([]);
    expect(lines((path) => roomOf(path) === 'engine', chain)).not.toEqual([]);
  });

  it('names a number format only where the format is, and asks the object everywhere else', () => {
    const scaled = /['"`](mxfp4|nvfp4|int4)['"`]/;
    const chain = /(?:[.\s(](?:w|a|acc|out|format|weights|activations|output|name)) [!=]== '(?:f32|f16|bf16)'/;
    const named = new RegExp(`${scaled.source}|${chain.source}`);
    expect(lines((path) => !NAMES_FORMATS.test(path), named)).toEqual([]);
  });
});
