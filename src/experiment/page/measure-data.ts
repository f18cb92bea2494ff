/** Reads what the page that measures runs: the suite that every machine measures, and the kernels of this harness. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MEASURE_SCHEMA, type MeasureData } from '../../atlas/measure/data.ts';
import { setHash } from '../../kernel/set/set.ts';
import { BUILT_FROM, commitOf, packagedCommit, shapemarkVersion } from '../../record/environment.node.ts';
import type { Commit } from '../../record/schema.ts';
import type { Io } from '../io.ts';
import { originOf } from '../setup/repository.ts';
import { expansions, shippedKernels } from '../setup/selection.ts';
import { limitedSettings } from '../setup/settings.ts';

const SUITE = 'contribution';
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** @param suite by name or file; the one that contributions are made of by default */
export async function measureData(io: Io, suite = SUITE): Promise<MeasureData> {
  const kernels = await shippedKernels();
  const expanded = await expansions([suite], kernels, io);
  const { settings } = limitedSettings({ processes: undefined, budget: undefined, seed: 1 }, expanded);
  return {
    schema: MEASURE_SCHEMA,
    shapemark: shapemarkVersion(),
    commit: ownCommit(),
    repository: repositoryOf(io),
    suite: expanded.map((each) => each.suite.name).join(', '),
    description: expanded.map((each) => each.suite.description).join(' '),
    settings,
    cases: expanded.flatMap(({ cases }) => cases),
    kernels: { ...kernels, origin: 'kernels' },
    kernelsHash: setHash(kernels),
  };
}

/** Of a clone, the archive or the npm package; not of the repository that a package is installed in. */
function ownCommit(): Commit | null {
  const isOwn = ['.git', BUILT_FROM].some((name) => existsSync(join(ROOT, name)));
  return isOwn ? commitOf(ROOT) : packagedCommit();
}

/** Address on GitHub of the repository that the site is built in; null where it is none. */
export function repositoryOf({ cwd, environment }: Pick<Io, 'cwd' | 'environment'>): string | null {
  const { GITHUB_SERVER_URL: server = 'https://github.com', GITHUB_REPOSITORY: name } = environment;
  if (name && /^[\w.-]+\/[\w.-]+$/.test(name)) return `${server}/${name}`;
  return originOf(cwd);
}
