/** The problems that suites had at a commit: whoever leaves slow ones out of a record chooses what it shows. */
import { posix } from 'node:path';
import { gitText } from '../../kernel/set/git.node.ts';
import { expand } from '../../plan/case/expand.ts';
import { parseFilters } from '../../plan/case/filter.ts';
import { modelNamed, readModels } from '../../plan/model/models.ts';
import { suiteOfModel } from '../../plan/suite/model-suite.ts';
import { parseSuite, type Suite } from '../../plan/suite/parse.ts';
import type { RunRecord } from '../../record/schema.ts';
import { problemKey } from './suites.ts';

const FOLDER = 'benches';
const NAME = /^[\w.-]+$/;
/** Where they come from, of the suites and filters that a run was asked for; null where one of them is no suite of the commit's `benches`, or of another form. */
export async function suiteProblems(
  { suites, filter }: Pick<RunRecord['settings'], 'suites' | 'filter'>,
  sha: string,
  cwd: string,
): Promise<ReadonlyMap<string, string> | null> {
  // Kernels that a filter names may come from the command line.
  if (suites.length === 0 || filter.some((each) => each.includes('kernel'))) return null;
  try {
    const models = await modelsAt(sha, cwd);
    const texts = await Promise.all(suites.map((name) => suiteAt(name, sha, cwd, models)));
    const cases = texts.flatMap((suite) => expand(suite, { kernels: kernelsOf(suite) }).cases);
    return new Map(cases.filter(parseFilters(filter)).map(({ id, from }) => [problemKey(id), from]));
  } catch {
    return null;
  }
}

async function suiteAt(name: string, sha: string, cwd: string, models: ReturnType<typeof readModels>): Promise<Suite> {
  if (!NAME.test(name)) throw new Error(`${name} is no name of a suite`);
  const text = await textAt(`${sha}:${FOLDER}/${name}.yaml`, cwd).catch(() => null);
  if (text !== null) return parseSuite(text, `${name}.yaml`, () => models);
  const model = modelNamed(models, name);
  if (!model) throw new Error(`the commit has no suite ${name}`);
  return suiteOfModel(model);
}

async function modelsAt(sha: string, cwd: string): Promise<ReturnType<typeof readModels>> {
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
