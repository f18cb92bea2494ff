/** The native parts of an inspection, built once by the system's C compiler: a Vulkan layer, and stand-ins for kernel drivers. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digest } from '../../gemm/digest.ts';
import { cached } from '../../record/store/cache.node.ts';
import { NothingToDo } from '../errors.ts';

/** In `src` as in `dist`. */
const SOURCES = fileURLToPath(new URL('../../inspect/native', import.meta.url));

export const LAYER = 'VK_LAYER_SHAPEMARK_inspect';
/** As Vulkan's loader looks for layers. */
const MANIFEST = 'layer.json';
const STAND_INS = ['i915', 'nouveau', 'msm', 'asahi'] as const;
export type StandIn = (typeof STAND_INS)[number];

/** In the portable archive, beside where the sources would be: what was built when it was packed. */
export const BUILT = 'built';

export interface Native {
  /** Folder of the layer's manifest. */
  readonly layers: string;
  /** All that is in it. */
  readonly files: readonly string[];
  readonly standIn: (kernelDriver: StandIn) => string;
}

/** @throws NothingToDo where there is no compiler, or the sources do not compile */
export function native(): Native {
  if (process.platform !== 'linux')
    throw new NothingToDo(`inspect needs Vulkan on Linux and does not run on ${process.platform}`);
  const files = [MANIFEST, 'layer.so', ...STAND_INS.map((name) => `${name}.so`)];
  const packed = join(SOURCES, BUILT);
  const folder = existsSync(packed) ? packed : built(`inspect-${process.arch}-${hashOfSources()}`, files);
  return { layers: folder, files, standIn: (driver) => join(folder, `${driver}.so`) };
}

function hashOfSources(): string {
  const sources = readdirSync(SOURCES).sort();
  return digest(sources.map((name) => readFileSync(join(SOURCES, name), 'utf8')).join('\0')).slice(0, 12);
}

function built(name: string, files: readonly string[]): string {
  try {
    return cached({ what: 'build the Vulkan layer in', name, files, fill: build });
  } catch (error) {
    // What the compiler lacks, it lacks in every folder.
    const cause = error instanceof Error && error.cause instanceof NothingToDo ? error.cause : error;
    throw cause instanceof NothingToDo
      ? cause
      : new NothingToDo(cause instanceof Error ? cause.message : String(cause));
  }
}

function build(folder: string): void {
  compile(join(folder, 'layer.so'), ['layer.c']);
  for (const name of STAND_INS) compile(join(folder, `${name}.so`), ['drm.c', `${name}.c`]);
  const layer = {
    name: LAYER,
    type: 'GLOBAL',
    library_path: './layer.so',
    api_version: '1.3.0',
    implementation_version: '1',
    description: 'says what the compiler made of compute pipelines',
  };
  writeFileSync(join(folder, MANIFEST), JSON.stringify({ file_format_version: '1.2.0', layer }));
}

function compile(library: string, sources: readonly string[]): void {
  const compiler = process.env.CC || 'cc';
  const files = sources.map((name) => join(SOURCES, name));
  try {
    execFileSync(compiler, ['-shared', '-fPIC', '-O1', '-o', library, ...files], { stdio: 'pipe', encoding: 'utf8' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new NothingToDo(
        `inspect needs a C compiler for its Vulkan layer, and there is no \`${compiler}\` (Debian, Ubuntu: apt install gcc libc6-dev)`,
      );
    const said =
      error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n')[0] : String(error);
    throw new NothingToDo(`\`${compiler}\` cannot build the Vulkan layer of inspect: ${said}`);
  }
}
