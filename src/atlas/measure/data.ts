/** What the page that measures needs of the repository: plain data, written when the site is built. */
import type { KernelSet } from '../../kernel/set/kernel.ts';
import type { Settings } from '../../measure/parent/settings.ts';
import type { Case } from '../../plan/case/case.ts';
import type { Commit } from '../../record/schema.ts';

export const MEASURE_SCHEMA = 'shapemark-measure/1';
/** Beside the page. */
export const DATA_FILE = 'measure-data.json';

export interface MeasureData {
  readonly schema: typeof MEASURE_SCHEMA;
  /** Version of the harness. */
  readonly shapemark: string;
  /** Of the kernels and the suite; null where they come from no repository. */
  readonly commit: Commit | null;
  /** Address of the repository that takes records; null if unknown. */
  readonly repository: string | null;
  readonly suite: string;
  readonly description: string;
  readonly settings: Settings;
  readonly cases: readonly Case[];
  readonly kernels: KernelSet;
  /** Over the hashes of the kernels' files. */
  readonly kernelsHash: string;
}
