/**
 * Notices: what is known to be wrong with results of some machines, drivers or kernels, as data. `results/notices.yaml` holds them,
 * and whatever shows a matching result shows the notice with it.
 */
import { z } from 'zod';
import type { RunRecord } from './schema.ts';

/** `*` stands for anything. */
const pattern = z.string().min(1).max(200);

export const noticeSchema = z
  .strictObject({
    machine: pattern.optional(),
    driver: pattern.optional(),
    kernel: pattern.optional(),
    /** Records started in this span only; dates are those of UTC, both included. */
    from: z.iso.date().optional(),
    until: z.iso.date().optional(),
    text: z.string().min(1).max(500),
  })
  .refine(({ machine, driver, kernel }) => machine ?? driver ?? kernel, 'expected a machine, a driver or a kernel');

export const noticesSchema = z.strictObject({ notices: z.array(noticeSchema).readonly() });

/** `results/ci.yaml`: units of the project's own CI, whose records nobody else could have written. */
export const ciSchema = z.strictObject({ units: z.array(z.string().regex(/^[0-9a-f]{16}$/)).readonly() });

export type Notice = z.infer<typeof noticeSchema>;

/** What a notice may be about. */
export interface Noticed {
  readonly record: Pick<RunRecord, 'machine' | 'startedAt' | 'environment'>;
  readonly kernel?: string | undefined;
}

/** The notices of a result; those about kernels only where one is named. */
export function noticesOn(notices: readonly Notice[], { record, kernel }: Noticed): Notice[] {
  const day = record.startedAt.slice(0, 10);
  return notices.filter((notice) => {
    if (notice.kernel !== undefined && (kernel === undefined || !matches(notice.kernel, kernel))) return false;
    if (notice.machine !== undefined && !matches(notice.machine, record.machine)) return false;
    if (notice.driver !== undefined && !matches(notice.driver, record.environment.adapter.driver)) return false;
    return (notice.from ?? day) <= day && day <= (notice.until ?? day);
  });
}

function matches(glob: string, text: string): boolean {
  const parts = glob.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}
