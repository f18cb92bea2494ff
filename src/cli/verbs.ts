/** The verbs, in the order of `--help`. A command loads its own alone: most of the time of a short one is that of loading modules. */
import { type AnyVerb, anyVerb } from './verb.ts';

const LOAD = {
  run: async () => anyVerb((await import('./verbs/run.ts')).run),
  list: async () => anyVerb((await import('./verbs/list.ts')).list),
  import: async () => anyVerb((await import('./verbs/import.ts')).importVerb),
  compare: async () => anyVerb((await import('./verbs/compare.ts')).compare),
  bisect: async () => anyVerb((await import('./verbs/bisect.ts')).bisect),
  check: async () => anyVerb((await import('./verbs/check.ts')).check),
  calibrate: async () => anyVerb((await import('./verbs/calibrate.ts')).calibrate),
  search: async () => anyVerb((await import('./verbs/search.ts')).search),
  tune: async () => anyVerb((await import('./verbs/tune.ts')).tune),
  explain: async () => anyVerb((await import('./verbs/explain.ts')).explain),
  inspect: async () => anyVerb((await import('./verbs/inspect.ts')).inspect),
  report: async () => anyVerb((await import('./verbs/report.ts')).report),
  atlas: async () => anyVerb((await import('./verbs/atlas.ts')).atlas),
  merge: async () => anyVerb((await import('./verbs/merge.ts')).merge),
  store: async () => anyVerb((await import('./verbs/store.ts')).store),
  contribute: async () => anyVerb((await import('./verbs/contribute.ts')).contribute),
  validate: async () => anyVerb((await import('./verbs/validate.ts')).validate),
  doctor: async () => anyVerb((await import('./verbs/doctor.ts')).doctor),
  schema: async () => anyVerb((await import('./verbs/schema.ts')).schema),
} satisfies Record<string, () => Promise<AnyVerb>>;

export type VerbName = keyof typeof LOAD;

export const VERBS = Object.keys(LOAD) as VerbName[];

export const isVerb = (word: string | undefined): word is VerbName => VERBS.some((name) => name === word);

export const loadVerb = (name: VerbName): Promise<AnyVerb> => LOAD[name]();
