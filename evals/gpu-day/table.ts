/** What `npm run eval gpu-day` prints. */
import type { Calibration } from '../../src/record/beside/calibration.ts';
import type { Inspection } from '../../src/record/beside/inspection.ts';
import type { Tuning } from '../../src/record/beside/tuning.ts';
import type { RunRecord } from '../../src/record/schema.ts';
import { calibrationDocument } from '../../src/report/calibration.ts';
import { type Findings, findingsDocument } from '../../src/report/doctor.ts';
import { type Document, lines, type Section, section, text } from '../../src/report/document/document.ts';
import { type ColumnOf, column, tableOf } from '../../src/report/document/table.ts';
import { inspectionDocument } from '../../src/report/inspection.ts';
import { COUNT, FIGURES, PERCENT, RATE, TEXT } from '../../src/report/quantities.ts';
import { runDocument } from '../../src/report/run.ts';
import { seconds } from '../../src/report/si.ts';
import { tuningDocument } from '../../src/report/tuning.ts';
import type { StepResult } from './day.ts';
import { type Fraction, fractionsOf, type TorchFound } from './fractions.ts';
import { type Correlation, correlationsOf, type Placed, placesOf } from './predictions.ts';
import { STEPS, type StepName } from './steps.ts';

/** What a whole day told. */
export interface DayFound {
  readonly steps: readonly Omit<StepResult, 'document'>[];
  readonly library: Pick<TorchFound, 'torch' | 'device'> | null;
  readonly fractions: readonly Fraction[];
  readonly correlations: readonly Correlation[];
  readonly places: readonly Placed[];
}

/** @param given an inspection of a GPU of this kind, made elsewhere; else what the driver here told */
export function foundIn(results: readonly StepResult[], given: Inspection | null): DayFound {
  const documents = documentsOf(results);
  const { library, torch, kernels } = documents;
  const inspection = given ?? documents.inspect;
  return {
    steps: results.map(({ document: _, ...step }) => step),
    library: torch && { torch: torch.torch, device: torch.device },
    fractions: library && torch ? fractionsOf(library, torch) : [],
    correlations: inspection && kernels ? correlationsOf(inspection, kernels) : [],
    places: inspection && kernels ? placesOf(inspection, kernels) : [],
  };
}

interface Documents {
  readonly doctor: Findings | null;
  readonly quick: RunRecord | null;
  readonly tune: Tuning | null;
  readonly library: RunRecord | null;
  readonly torch: TorchFound | null;
  readonly kernels: RunRecord | null;
  readonly inspect: Inspection | null;
  readonly models: RunRecord | null;
  readonly noise: Calibration | null;
}

function documentsOf(results: readonly StepResult[]): Documents {
  const of = (name: StepName) => results.find(({ step }) => step === name)?.document ?? null;
  return Object.fromEntries(STEPS.map(({ name }) => [name, of(name)])) as unknown as Documents;
}

const STEP_COLUMNS: readonly ColumnOf<DayFound['steps'][number]>[] = [
  column('step', TEXT, ({ step }) => step),
  column('what', TEXT, ({ step }) => STEPS.find(({ name }) => name === step)?.what),
  column('outcome', TEXT, ({ outcome }) => outcome),
  column('time', FIGURES, (row) => seconds(row.seconds)),
];
const FRACTION_COLUMNS: readonly ColumnOf<Fraction>[] = [
  column('m×n×k', TEXT, ({ shape: { m, n, k } }) => `${m}×${n}×${k}`),
  column('weights', TEXT, ({ w }) => w),
  column('kernel', TEXT, ({ kernel }) => kernel),
  column('rate', RATE, ({ flopPerSecond }) => flopPerSecond),
  column('PyTorch', TEXT, ({ dtype }) => dtype),
  column('its rate', RATE, ({ libraryFlopPerSecond }) => libraryFlopPerSecond),
  column('fraction', PERCENT, ({ fraction }) => fraction),
];
const CORRELATION_COLUMNS: readonly ColumnOf<Correlation>[] = [
  column('GPU', TEXT, ({ gpu }) => gpu),
  column('problem', TEXT, ({ problem }) => problem),
  column('figure', TEXT, ({ predictor }) => predictor),
  column('kernels', COUNT, ({ kernels }) => kernels),
  column('rank correlation', FIGURES, ({ correlation }) => correlation?.toFixed(2)),
];
const PLACE_COLUMNS: readonly ColumnOf<Placed>[] = [
  column('kernel', TEXT, ({ kernel }) => kernel),
  column('rate', RATE, ({ flopPerSecond }) => flopPerSecond),
  column('place', COUNT, ({ measuredPlace }) => measuredPlace),
  column('predicted', COUNT, ({ predictedPlace }) => predictedPlace),
  column('multiply-adds per instruction', FIGURES, (row) => row.multiplyAddsPerInstruction?.toFixed(2)),
  column('spills', COUNT, ({ spills }) => spills),
];

export function dayDocument(found: DayFound, results: readonly StepResult[]): Document {
  const { doctor, quick, tune, library, kernels, inspect, models, noise } = documentsOf(results);
  const embedded = (title: string, document: Document | null): Section[] =>
    document === null ? [] : [{ title, blocks: [], sections: document.sections.filter(isShown) }];
  return {
    title: 'A day with a GPU',
    sections: [
      ...section('Steps', tableOf(STEP_COLUMNS, found.steps), lines(reasons(found))),
      ...embedded('This machine', doctor && findingsDocument(doctor)),
      ...fractionSections(found),
      ...predictionSections(found),
      ...embedded('Tuning', tune && tuningDocument(tune)),
      ...embedded('A/A noise', noise && calibrationDocument(noise)),
      ...embedded('The default suite', quick && runDocument(quick)),
      ...embedded('gpt-oss and Llama', models && runDocument(models)),
      ...embedded('Shapes beside PyTorch', library && runDocument(library)),
      ...embedded('All kernels', kernels && runDocument(kernels)),
      ...embedded('What the compiler made of them', inspect && inspectionDocument(inspect)),
    ],
  };
}

/** Not why kernels serve other formats. */
const isShown = ({ title }: Section) => !title?.startsWith('not served');

function reasons({ steps }: DayFound): string[] {
  return steps.flatMap(({ step, outcome, reason }) => (reason === undefined ? [] : [`${step} ${outcome}: ${reason}`]));
}

function fractionSections({ library, fractions }: DayFound): Section[] {
  if (library === null) return section('Fractions of cuBLAS', text('PyTorch was not asked, or gave no answer'));
  const where = library.device === 'cpu' ? 'on the CPU, so not cuBLAS' : `on ${library.device}`;
  return section(
    'Fractions of cuBLAS',
    text(`PyTorch ${library.torch} ${where}; 4-bit weights are compared with its float16, float32 is without TF32`),
    tableOf(FRACTION_COLUMNS, fractions),
  );
}

function predictionSections({ correlations, places }: DayFound): Section[] {
  if (correlations.length === 0)
    return section('Predictions of inspect', text('no kernel was both inspected and measured'));
  const problems = [...new Set(places.map(({ gpu, problem }) => `${gpu}: ${problem}`))];
  return [
    ...section('Predictions of inspect', tableOf(CORRELATION_COLUMNS, correlations)),
    ...problems.flatMap((title) =>
      section(
        title,
        tableOf(
          PLACE_COLUMNS,
          places.filter(({ gpu, problem }) => `${gpu}: ${problem}` === title),
        ),
      ),
    ),
  ];
}
