/** Records made of others: under a new date, under the name of another machine, with noise. */
import { describe, expect, it } from 'vitest';
import { gaussian, seededRandom } from '../../stats/random.ts';
import { traceOf } from './replay.ts';
import { consistent, type Draft, forged } from './testdata/forger.ts';
import { drawAnew, expectFound, vet, visits } from './testdata/forgery.ts';
import { SOUND } from './testdata/sound.ts';

/** A record an hour later, as whole as before. */
function later(change: (draft: Draft) => void = () => undefined): typeof SOUND {
  return consistent((draft) => {
    const hour = (moment: string) => new Date(Date.parse(moment) + 3_600_000).toISOString();
    draft.startedAt = hour(draft.startedAt);
    for (const each of draft.processes) each.startedAt = hour(each.startedAt);
    change(draft);
  });
}

/** Every number of a visit by a factor of its own; samples of one visit by another each. */
function noise(relative: number, ofSamples = relative): (draft: Draft) => void {
  const random = seededRandom(11);
  const factor = (by = relative) => 1 + by * gaussian(random);
  return (draft) => {
    for (const visit of visits(draft)) {
      const common = factor();
      visit.samples = (visit.samples ?? []).map((sample) => sample * common * factor(ofSamples));
      visit.wallSeconds *= common;
      visit.pipelineSeconds *= factor();
      visit.firstDispatchSeconds *= factor();
      // A warm-up without a plateau takes its whole time.
      visit.warmup.seconds *= Math.max(1, factor());
    }
  };
}

const asXeon = (draft: Draft) => {
  draft.environment.cpu.model = 'Intel Xeon';
};

describe('a record of the store under a new date', () => {
  it('says nothing wrong by itself, and is refused beside the one that it was made from', () => {
    expect(vet(later()).verdict).toBe('accept');
    expectFound(vet(later(), { others: [SOUND] }), /compiled and launched exactly as long as in 20261124T151325Z/);
  });

  it('is refused under the name of another machine', () => {
    expect(vet(later(asXeon)).verdict).toBe('accept');
    expectFound(
      vet(later(asXeon), { elsewhere: [traceOf(SOUND)] }),
      /exactly as long as in 20261124T151325Z-97bae60f of llvmpipe-vulkan-linux-amd-epyc-2-cores/,
    );
  });

  it('is asked about when its costs were changed and its times scaled', () => {
    const scaled = later((draft) => {
      for (const [i, visit] of visits(draft).entries()) {
        visit.samples = (visit.samples ?? []).map((sample) => sample * 1.004);
        visit.wallSeconds *= 1.004;
        visit.pipelineSeconds *= 1 + i / 1e4;
        visit.firstDispatchSeconds *= 1 - i / 1e4;
      }
      draft.profile.kernels = (draft.profile.kernels ?? 0) * 1.004;
    });
    expectFound(
      vet(scaled, { others: [SOUND] }),
      /times of \d+ visits are those of 20261124T151325Z.*times a constant/,
    );
  });

  it.each([0.002, 0.01, 0.03])('is found under noise of %s, also as another machine', (relative) => {
    const copy = later(noise(relative));
    expectFound(vet(copy, { others: [SOUND] }), /what is chance in 78 visits is that of 20261124T151325Z/);
    expectFound(vet(copy, { elsewhere: [traceOf(SOUND)] }), /what is chance in 78 visits/);
  });

  it('is found by the scatter of its samples when all else was drawn anew', () => {
    const copy = later((draft) => {
      noise(0.3, 0.002)(draft);
    });
    expect(vet(copy, { others: [SOUND] }).reasons.join('\n')).toMatch(
      /samples of \d+ visits scatter as much as those of 20261124T151325Z|chance/,
    );
  });

  it('is not what another run of the same machine is, nor the record itself', () => {
    expect(vet(SOUND, { others: [SOUND] }).verdict).toBe('accept');
    const other = forged((draft) => {
      draft.id = '20261123T151325Z-97bae60f';
      drawAnew(draft);
    });
    expect(vet(SOUND, { others: [other] })).toEqual({ verdict: 'accept', reasons: [] });
  });
});

describe('a software adapter under the name of a GPU', () => {
  it('is known by what it offers', () => {
    const software = { ...traceOf(SOUND), visits: new Map() };
    const disguised = later((draft) => {
      const driver = 'Intel open-source Mesa driver: Mesa 25.0.7';
      Object.assign(draft.environment.adapter, { source: 'gpu', vendor: 'intel', architecture: 'xe' });
      Object.assign(draft.environment.adapter, { device: 'intel-r-graphics', description: driver, driver });
      draft.settings.adapter = 'auto';
    });
    expectFound(
      vet(disguised, { elsewhere: [software] }),
      /a GPU with all features, limits and subgroups of the software adapter llvmpipe/,
    );
    expect(vet(SOUND, { elsewhere: [software] }).verdict).toBe('accept');
  });
});
