import { expand } from '../../case/expand.ts';
import { loadModels } from '../../load.node.ts';
import { SpecError } from '../../spec/spec-error.ts';
import { parseSuite } from '../parse.ts';

const known = () => loadModels({ cwd: process.cwd() });

/** Why a suite is refused. Throws Error where it is not. */
export function failure(text: string): SpecError {
  try {
    expand(parseSuite(text, 's.yaml', known), { kernels: ['naive', 'register-tile'] });
  } catch (error) {
    if (error instanceof SpecError) return error;
    throw error;
  }
  throw new Error('the suite was accepted');
}
