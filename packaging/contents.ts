/** Contents of the portable archive, by path in this repository. */

/** An entry of package-lock.json, as far as it matters here. */
export interface LockedPackage {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

/**
 * Folders that running needs, from a lock file's `packages`: neither development nor optional dependencies. Nested copies
 * come along with the folder they are in.
 */
export function runtimeFolders(packages: Readonly<Record<string, LockedPackage>>): string[] {
  const needed = Object.entries(packages)
    .filter(([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional)
    .map(([path]) => path)
    .sort();
  return needed.filter((path) => !needed.some((other) => path.startsWith(`${other}/`)));
}

/** Of these packages only what linux-x64 uses: Dawn for other systems and a whole browser would triple the archive. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  'node_modules/webgpu': ['package.json', 'LICENSE.md', 'index.js', 'dist/linux-x64'],
};

/** What `--engine gpujs` needs: a package that whoever installs shapemark may leave out. */
export const GPUJS = ['gpu.js', 'acorn', 'gpu-mock.js'].map((name) => `node_modules/${name}`);

/** The embedded driver, out of an optional package that also holds a browser. */
export const EMBEDDED_DRIVER = ['package.json', 'LICENSE', 'bin/swiftshader.tar.br'].map(
  (file) => `node_modules/@sparticuz/chromium/${file}`,
);

/** Paths of a package to copy. */
export function partsOf(folder: string): string[] {
  return PARTS[folder]?.map((part) => `${folder}/${part}`) ?? [folder];
}

/** Types, source maps and notes are not needed at run time; licences are kept. */
export function isWanted(path: string): boolean {
  return !/\.(d\.[cm]?ts|map|flow)$/.test(path) && !/(^|\/)(README|CHANGELOG|HISTORY)[^/]*$/i.test(path);
}

/** Ours, besides what the build writes. */
export const OWN = [
  'package.json',
  'LICENSE',
  'kernels',
  'benches',
  'evals/gpu-day/pytorch.py',
  'docs/record.md',
  'docs/measuring.md',
] as const;

/** Programs of the archive by name, and what each runs: `eval gpu-day` as `npm run eval gpu-day` in a clone. */
export const LAUNCHERS: Readonly<Record<string, string>> = { shapemark: 'src/cli/bin.js', eval: 'evals/run.js' };

/** Runs the Node beside it; results are written where it is run. */
export function launcher(script: string): string {
  return `#!/bin/sh
self=$0
while [ -h "$self" ]; do
  link=$(readlink "$self")
  case $link in /*) self=$link ;; *) self=$(dirname "$self")/$link ;; esac
done
here=$(CDPATH='' cd -- "$(dirname -- "$self")" && pwd -P) || exit 4
exec "$here/node" "$here/${script}" "$@"
`;
}
