/** The verbs, in the order of `--help`. */
import { type AnyVerb, anyVerb } from './verb.ts';
import { atlas } from './verbs/atlas.ts';
import { bisect } from './verbs/bisect.ts';
import { calibrate } from './verbs/calibrate.ts';
import { check } from './verbs/check.ts';
import { compare } from './verbs/compare.ts';
import { contribute } from './verbs/contribute.ts';
import { doctor } from './verbs/doctor.ts';
import { explain } from './verbs/explain.ts';
import { importVerb } from './verbs/import.ts';
import { inspect } from './verbs/inspect.ts';
import { list } from './verbs/list.ts';
import { merge } from './verbs/merge.ts';
import { report } from './verbs/report.ts';
import { run } from './verbs/run.ts';
import { schema } from './verbs/schema.ts';
import { search } from './verbs/search.ts';
import { store } from './verbs/store.ts';
import { tune } from './verbs/tune.ts';
import { validate } from './verbs/validate.ts';

export const VERBS: readonly AnyVerb[] = [
  anyVerb(run),
  anyVerb(list),
  anyVerb(importVerb),
  anyVerb(compare),
  anyVerb(bisect),
  anyVerb(check),
  anyVerb(calibrate),
  anyVerb(search),
  anyVerb(tune),
  anyVerb(explain),
  anyVerb(inspect),
  anyVerb(report),
  anyVerb(atlas),
  anyVerb(merge),
  anyVerb(store),
  anyVerb(contribute),
  anyVerb(validate),
  anyVerb(doctor),
  anyVerb(schema),
];
