/** The five laws of the house; see docs/house.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = dirname(fileURLToPath(import.meta.url));

interface File {
  readonly path: string;
  readonly room: string;
  readonly imports: readonly string[];
  /** Imports that exist at run time, not only for the type checker. */
  readonly runtimeImports: readonly string[];
}

const FILES: readonly File[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.ts$/.test(path) && !/\.test\.ts$/.test(path))
  .map(readFile);

function readFile(path: string): File {
  const text = readFileSync(join(SRC, path), 'utf8');
  const statements = [
    ...text.matchAll(
      /^(?:import|export)\s[^'"`;]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
    ),
  ];
  const of = (match: RegExpMatchArray) => match[1] ?? match[2] ?? match[3] ?? '';
  return {
    path,
    room: path.split(/[\\/]/)[0] ?? '',
    imports: statements.map(of),
    runtimeImports: statements.filter((match) => !/^(import|export)\s+type\s/.test(match[0])).map(of),
  };
}

function target(file: File, specifier: string): string {
  return normalize(join(dirname(file.path), specifier));
}

/** Not an evaluation, a fault table or data of tests. */
const isProduct = (path: string) => !/\.(eval|collect|bench)\.node\.ts$|testdata|kernel\/faults?\b/.test(path);

/** Formats themselves, models, the engine that knows one format, and what is not written out when it is f32. */
const NAMES_FORMATS = /^(gemm\/formats|plan\/models|engine\/gpujs)\/|^report\/labels\.ts$/;

const isLocal = (specifier: string) => specifier.startsWith('.');

describe('the house', () => {
  it('was found', () => {
    expect(FILES.length).toBeGreaterThan(50);
    expect(FILES.flatMap((file) => file.imports).length).toBeGreaterThan(200);
  });

  it('law 1: has no import cycles', () => {
    const graph = new Map(
      FILES.map((file) => [file.path, file.runtimeImports.filter(isLocal).map((s) => target(file, s))]),
    );
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

  it('law 1: has no import cycles between the folders of plan', () => {
    const order = ['spec', 'model', 'suite', 'case'].map((folder) => join('plan', folder));
    const rank = (path: string) => order.indexOf(dirname(path));
    const inside = FILES.filter((file) => rank(file.path) >= 0);
    expect(new Set(inside.map((file) => rank(file.path))).size).toBe(order.length);
    const upwards = inside.flatMap((file) =>
      file.imports
        .filter((s) => isLocal(s) && rank(target(file, s)) > rank(file.path))
        .map((s) => `${file.path} imports ${s}`),
    );
    expect(upwards).toEqual([]);
  });

  it('law 2: judges and reports from records alone', () => {
    const above = ['plan', 'kernel', 'engine', 'measure', 'cli'];
    // Pages say what arithmetic found too; nothing else above the record does.
    const forbidden: Readonly<Record<string, readonly string[]>> = {
      record: [...above, 'judge', 'predict', 'report'],
      judge: [...above, 'predict', 'report'],
      report: above,
    };
    const broken = FILES.filter(({ room }) => room in forbidden).flatMap((file) =>
      file.imports
        .filter((s) => isLocal(s) && forbidden[file.room]?.includes(target(file, s).split(/[\\/]/)[0] ?? ''))
        .map((s) => `${file.path} imports ${s}`),
    );
    expect(broken).toEqual([]);
  });

  it('law 3: imports an npm package in one room only', () => {
    const importers = new Map<string, File[]>();
    for (const file of FILES) {
      for (const specifier of file.imports.filter((s) => !isLocal(s) && !s.startsWith('node:'))) {
        const name = specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/');
        importers.set(name, [...(importers.get(name) ?? []), file]);
      }
    }
    // Data enters in three rooms, and as the scenario of the scripted engine; each checks what it lets in.
    const doors = /^(plan|kernel|record|engine[\\/]scripted)[\\/]/;
    for (const [name, files] of importers) {
      if (name === 'zod' || name === 'yaml')
        expect(
          files.map(({ path }) => path).filter((path) => !doors.test(path)),
          name,
        ).toEqual([]);
      else expect([...new Set(files.map(({ room }) => room))], name).toHaveLength(1);
    }
  });

  it('keeps evaluations, packaging and documentation out of what it is made of', () => {
    const outside = FILES.flatMap((file) =>
      file.imports
        .filter((s) => isLocal(s) && target(file, s).startsWith('..'))
        .map((s) => `${file.path} imports ${s}`),
    );
    expect(outside).toEqual([]);
  });

  it('law 4: keeps Node out of everything a browser runs', () => {
    const isNodeOnly = (path: string) => /\.node\.ts$/.test(path) || /^(experiment|cli)[\\/]/.test(path);
    const broken = FILES.filter((file) => !isNodeOnly(file.path)).flatMap((file) =>
      file.imports
        .filter((s) => s.startsWith('node:') || (isLocal(s) && isNodeOnly(target(file, s))))
        .map((s) => `${relative('.', file.path)} imports ${s}`),
    );
    expect(broken).toEqual([]);
  });

  it('law 5: names a number format only where the format is, and asks the object everywhere else', () => {
    const scaled = /['"`](mxfp4|nvfp4|int4)['"`]/;
    const chain = /(?:[.\s(](?:w|a|acc|out|format|weights|activations|output|name)) [!=]== '(?:f32|f16|bf16)'/;
    const broken = FILES.filter(({ path }) => isProduct(path) && !NAMES_FORMATS.test(path)).flatMap((file) =>
      readFileSync(join(SRC, file.path), 'utf8')
        .split('\n')
        .flatMap((line, i) => (scaled.test(line) || chain.test(line) ? [`${file.path}:${i + 1}: ${line.trim()}`] : [])),
    );
    expect(broken).toEqual([]);
  });
});
