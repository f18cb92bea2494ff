/** docs/evaluations.md: what the evaluations found, from the JSON that they print and `evals/results/` keeps. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  commands,
  type Document,
  type Figure,
  type Section,
  text,
  withCode,
} from '../../src/report/document/document.ts';
import { type AbFound, abSections, type LiveFound, liveSections } from '../ab/table.ts';
import type { Coverage } from '../coverage/runs.ts';
import { coverageSections } from '../coverage/table.ts';
import { plotFrontiers } from '../detector/plot.ts';
import { detectorSections, type Evaluation } from '../detector/table.ts';
import { type Linearity, linearitySections } from '../linearity/table.ts';
import { type Repeatability, repeatabilitySections } from '../repeatability/table.ts';
import { type SearchScore, searchSections } from '../search/table.ts';

const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));

const kept = <T>(name: string): T => JSON.parse(readFileSync(`${RESULTS}${name}.json`, 'utf8')) as T;

export function evaluationsDocument(): Document {
  const searches = kept<readonly SearchScore[]>('search');
  return {
    title: 'Evaluations',
    lead: 'How often the rules of measuring and judging are right. Each section is what a command printed; evals/results/ has its JSON.',
    sections: [
      evaluated({
        title: 'compare',
        about:
          'The pool holds real processes of 8 cases, measured on two cores of a virtual machine by `npm run eval ab-pool`. It has no more than some twenty comparisons that ' +
          'share no process, so a share of 0 is a weaker statement than it seems; the bound of 1 % on wrong verdicts rests on the test itself, whose assumption is checked below.',
        command: 'npm run -s eval ab -- --json',
        sections: abSections(kept<AbFound>('ab')),
      }),
      evaluated({
        title: 'compare, live',
        command: 'npm run -s eval ab-live -- --adapter software --json',
        sections: liveSections(kept<LiveFound>('ab-live')),
      }),
      evaluated({
        title: 'check',
        about:
          'Detectors on published benchmark histories of CUDA.jl, Metal.jl and hosted runners of GitHub. Streams without a change are drawn from the noise of the histories ' +
          '(residuals about a running median of 15 points, in blocks of 1, 10 and 30 points, the same blocks for all series of a run); steps are inserted at random. The series are split into halves ' +
          'by a hash of their name: constants were chosen on the half "tuning", the figures are of the half "report".',
        command: 'npm run -s eval detector -- --json cuda-jl.json metal-jl.json hosted-null.json',
        figure: { svg: detectorPlot(), file: { path: 'detector.svg', title: 'False alarms against steps found' } },
        sections: detectorSections(kept<Evaluation>('detector')),
      }),
      evaluated({
        title: 'search',
        command: `npm run -s eval search -- --runs ${searches[0]?.runs} --json`,
        sections: searchSections(searches),
      }),
      evaluated({
        title: 'Intervals of a run',
        command: 'npm run -s eval coverage -- --runs 1000 --json',
        sections: coverageSections(kept<readonly Coverage[]>('coverage')),
      }),
      evaluated({
        title: 'Repeated runs',
        command: 'npm run -s eval repeatability -- --adapter software --json',
        sections: repeatabilitySections(kept<Repeatability>('repeatability')),
      }),
      evaluated({
        title: 'Linearity',
        command: 'npm run -s eval linearity -- --adapter software --json',
        sections: linearitySections(kept<Linearity>('linearity')),
      }),
    ],
  };
}

interface Evaluated {
  readonly title: string;
  readonly about?: string;
  readonly command: string;
  readonly figure?: Figure;
  readonly sections: readonly Section[];
}

/** An untitled section of the evaluation stands under the title of the evaluation. */
function evaluated({ title, about, command, figure, sections }: Evaluated): Section {
  const [first, ...rest] = sections;
  return {
    title,
    blocks: [
      ...(about === undefined ? [] : [text(withCode(about))]),
      ...(first?.blocks ?? []),
      ...(figure === undefined ? [] : [{ kind: 'figure', ...figure } as const]),
      commands('Command:', [command]),
    ],
    sections: rest,
  };
}

/** docs/detector.svg */
export function detectorPlot(): string {
  return plotFrontiers(kept<Evaluation>('detector').detectors);
}
