/** The four laws of the house; see docs/house.md. */
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

  it('law 2: judges and reports from records alone', () => {
    const forbidden = new Set(['plan', 'kernel', 'engine', 'measure', 'cli']);
    const broken = FILES.filter((file) => ['record', 'judge', 'report'].includes(file.room)).flatMap((file) =>
      file.imports
        .filter((s) => isLocal(s) && forbidden.has(target(file, s).split(/[\\/]/)[0] ?? ''))
        .map((s) => `${file.path} imports ${s}`),
    );
    expect(broken).toEqual([]);
  });

  it('law 3: imports an npm package in one room only', () => {
    const rooms = new Map<string, Set<string>>();
    for (const file of FILES) {
      for (const specifier of file.imports.filter((s) => !isLocal(s) && !s.startsWith('node:'))) {
        const name = specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/');
        rooms.set(name, (rooms.get(name) ?? new Set()).add(file.room));
      }
    }
    // Data enters in three rooms, and each checks what it lets in.
    const doors = new Set(['plan', 'kernel', 'record']);
    for (const [name, where] of rooms) {
      if (name === 'zod' || name === 'yaml')
        expect(
          [...where].filter((room) => !doors.has(room)),
          name,
        ).toEqual([]);
      else expect([...where], name).toHaveLength(1);
    }
  });

  it('law 4: keeps Node out of everything a browser runs', () => {
    const isNodeOnly = (path: string) => /\.node\.ts$/.test(path) || path.startsWith('cli');
    const broken = FILES.filter((file) => !isNodeOnly(file.path)).flatMap((file) =>
      file.imports
        .filter((s) => s.startsWith('node:') || (isLocal(s) && isNodeOnly(target(file, s))))
        .map((s) => `${relative('.', file.path)} imports ${s}`),
    );
    expect(broken).toEqual([]);
  });
});
