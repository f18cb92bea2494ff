/** The problems that suites had at a commit: whoever leaves slow ones out of a record chooses what it shows. */
import { posix } from 'node:path';
import { gitText } from '../../kernel/set/git.node.ts';
import { expand } from '../../plan/case/expand.ts';
import { parseFilters } from '../../plan/case/filter.ts';
import { type Models, modelNamed, readModels } from '../../plan/model/models.ts';
import { suiteOfModel } from '../../plan/suite/model-suite.ts';
import { parseSuite, type Suite } from '../../plan/suite/parse.ts';
import type { RunRecord } from '../../record/schema.ts';
import { problemKey } from './suites.ts';

const FOLDER = 'benches';
const NAME = /^[\w.-]+$/;
/**
 * Where they come from, of all suites of the commit's `benches` that were asked for or that a row names: a copy of a suite has its
 * name. Null where there is none, or a filter that no suite alone decides.
 */
export async function suiteProblems(
  { settings: { suites, filter }, cases }: Pick<RunRecord, 'settings' | 'cases'>,
  sha: string,
  cwd: string,
): Promise<ReadonlyMap<string, string> | null> {
  // Kernels that a filter names may come from the command line.
  if (filter.some((each) => each.includes('kernel'))) return null;
  const names = [...new Set([...suites, ...cases.map(({ suite }) => suite)])].filter((name) => NAME.test(name));
  try {
    const models = await modelsAt(sha, cwd);
    const found = await Promise.all(names.map((name) => suiteAt(name, sha, cwd, models)));
    const known = found.flatMap((suite) => suite ?? []);
    const all = known.flatMap((suite) => expand(suite, { kernels: kernelsOf(suite) }).cases);
    if (known.length === 0) return null;
    return new Map(all.filter(parseFilters(filter)).map(({ id, from }) => [problemKey(id), from]));
  } catch {
    return null;
  }
}

async function suiteAt(name: string, sha: string, cwd: string, models: Models): Promise<Suite | null> {
  const text = await textAt(`${sha}:${FOLDER}/${name}.yaml`, cwd).catch(() => null);
  if (text !== null) return parseSuite(text, `${name}.yaml`, () => models);
  const model = modelNamed(models, name);
  return model ? suiteOfModel(model) : null;
}

async function modelsAt(sha: string, cwd: string): Promise<Models> {
  const folder = `${FOLDER}/models/`;
  const names = (await gitText(cwd, ['ls-tree', '--name-only', '--full-tree', sha, folder])).split('\n');
  const files = names.filter((name) => name.endsWith('.yaml'));
  const texts = await Promise.all(
    files.map(async (file) => ({ file: posix.basename(file), text: await textAt(`${sha}:${file}`, cwd) })),
  );
  return readModels(texts);
}

const textAt = (object: string, cwd: string) => gitText(cwd, ['cat-file', 'blob', object]);

/** Any name will do, because a problem does not depend on who serves it. */
function kernelsOf({ defaults, shapes, models }: Suite): string[] {
  const asked = [defaults, ...shapes, ...models.map(({ entry }) => entry)].flatMap((each) => each?.kernels ?? []);
  return [...new Set(asked.filter((name) => name !== 'best' && name !== 'all')), 'any'];
}
