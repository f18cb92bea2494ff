/** What kernels of the commit say of a record's rows. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../kernel/select/serve.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import { loadKernels } from '../../kernel/set/load.node.ts';
import { setHash } from '../../kernel/set/set.ts';
import { problemOf } from '../../record/consistency.ts';
import type { MeasuredRow } from '../../record/row.ts';
import { provenanceFindings } from './provenance.ts';
import { type Draft, first, forged, measured } from './testdata/forger.ts';

let set: KernelSet;
beforeAll(async () => {
  set = await loadKernels('kernels');
});

type Measured = ReturnType<typeof measured>[number];

/** The kernel as it serves the row on a device without features. */
function served(name: string, row: Measured): Measured['kernel'] {
  const own = set.kernels.find((kernel) => kernel.name === name);
  const found = own && serve(own, problemOf(row as MeasuredRow), { features: [], limits: {} });
  if (!own || !found || 'reason' in found) throw new Error(`${name} does not serve ${row.id}`);
  const { tile, thread, workgroup } = found.program;
  const sizes = { tile: { ...tile }, thread: { ...thread }, workgroup: [...workgroup] as [number, number] };
  return { requested: 'best', name, hash: own.hash, technique: own.technique, ...sizes };
}

/** The sound record, as if a kernel of this checkout had run. */
function reasonsOf(change: (draft: Draft) => void): string[] {
  const record = forged((draft) => {
    draft.settings.kernels.hash = setHash(set);
    for (const row of measured(draft)) row.kernel = served('naive', row);
    change(draft);
  });
  const committedAt = new Date('2026-11-24T15:00:00Z');
  const facts = { committedAt, isReviewed: true, versions: {}, problems: null, kernels: set };
  return [...provenanceFindings(record, facts)].map(({ reason }) => reason);
}

function skipped(draft: Draft, requested: string): void {
  const { summary: _, verify: __, ...rest } = first(draft);
  const kernel = { requested };
  draft.cases[0] = { ...rest, kernel, status: 'skipped', visits: [], warnings: [], reason: 'unsupported' };
}

describe('the kernels of a commit', () => {
  it('make the workgroups of their sizes', () => {
    expect(reasonsOf(() => undefined)).toEqual([]);
    const tiny = (draft: Draft) => void Object.assign(first(draft).kernel, { workgroup: [1, 1] });
    expect(reasonsOf(tiny)).toEqual([
      expect.stringMatching(/kernel\.workgroup is 1 × 1; the kernel makes it \d+ × \d+/),
    ]);
  });

  it('read as many textures and panels as they are said to', () => {
    const textures = (draft: Draft) => void Object.assign(first(draft).kernel, { textureFillSeconds: { b: 1 } });
    expect(reasonsOf(textures)).toEqual([expect.stringMatching(/textureFillSeconds is there; naive reads 0 textures/)]);
    const panels = (draft: Draft) => void Object.assign(first(draft).operands, { panels: 7 });
    expect(reasonsOf(panels)).toEqual([expect.stringMatching(/operands\.panels is 7; .* make it 1/)]);
  });

  it('serve the problem of the row', () => {
    const swap = (draft: Draft) => {
      const mxfp4 = measured(draft).find(({ format }) => format.w === 'mxfp4');
      if (mxfp4) first(draft).kernel = served('mxfp4', mxfp4);
    };
    expect(reasonsOf(swap)).toEqual([expect.stringMatching(/ran, which by its own rules does not serve it: .*f32/)]);
  });

  it('are not said to serve nothing where one does', () => {
    expect(reasonsOf((draft) => skipped(draft, 'best'))).toEqual([
      expect.stringMatching(/was skipped as not served; \S+ serves it/),
    ]);
    expect(reasonsOf((draft) => skipped(draft, 'naive'))).toEqual([expect.stringMatching(/naive serves it/)]);
    expect(reasonsOf((draft) => skipped(draft, 'mxfp4-both-tile'))).toEqual([]);
  });
});
