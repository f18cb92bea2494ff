/** A real browser for tests: the system's Chromium, or the one of the optional package, headless and with SwiftShader as its GPU. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { cached } from '../../record/store/cache.node.ts';

export interface Chromium {
  readonly program: string;
  /** What it needs besides the environment of this process. */
  readonly environment: Readonly<Record<string, string>>;
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** @returns why there is none, as a sentence */
export function findChromium(): Chromium | string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const program = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
  if (program !== undefined) return { program, environment: {} };
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return `no ${NAMES.join(', ')} on the path, and the optional package is for linux-x64`;
  try {
    return unpacked();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `no ${NAMES.join(', ')} on the path, and the optional package @sparticuz/chromium is of no use: ${why}`;
  }
}

/** WebGPU on any adapter, and SwiftShader as that. */
const FLAGS = ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** @param withGpu false for a browser that finds no adapter */
export function launch({ program, environment }: Chromium, withGpu = true): Promise<Browser> {
  return chromium.launch({
    executablePath: program,
    args: withGpu ? FLAGS : FLAGS.slice(0, 1),
    env: { ...process.env, ...environment },
  });
}

/** Its own unpacking is into a folder that all its versions share. */
function unpacked(): Chromium {
  const require = createRequire(import.meta.url);
  const folder = require.resolve.paths('@sparticuz/chromium')?.map((path) => join(path, '@sparticuz/chromium'));
  const found = folder?.find((path) => existsSync(join(path, 'bin', 'chromium.br')));
  if (found === undefined) throw new Error('it is not installed');
  const { version } = JSON.parse(readFileSync(join(found, 'package.json'), 'utf8')) as { version: string };
  const home = cached({
    what: 'unpack Chromium into',
    name: `chromium-${version}`,
    files: ['chromium', 'fonts.conf', 'lib'],
    fill: (target) => fill(join(found, 'bin'), target),
  });
  return {
    program: join(home, 'chromium'),
    environment: { LD_LIBRARY_PATH: join(home, 'lib'), FONTCONFIG_FILE: join(home, 'fonts.conf') },
  };
}

function fill(archives: string, target: string): void {
  const read = (name: string) => brotliDecompressSync(readFileSync(join(archives, name)));
  writeFileSync(join(target, 'chromium'), read('chromium.br'), { mode: 0o755 });
  for (const name of ['al2023.tar.br', 'swiftshader.tar.br', 'fonts.tar.br'])
    execFileSync('tar', ['-x', '--no-same-owner', '-C', target], { input: read(name), maxBuffer: 1 << 30 });
  // Libraries lie in a folder of the archive's name.
  if (existsSync(join(target, 'al2023', 'lib'))) renameSync(join(target, 'al2023', 'lib'), join(target, 'lib'));
  writeFileSync(join(target, 'fonts.conf'), FONTS);
}

/** Theirs names a folder of their own machines. */
const FONTS = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir prefix="relative">fonts</dir><dir>/usr/share/fonts</dir><cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
