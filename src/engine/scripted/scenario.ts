import type { Problem } from '../../gemm/problem.ts';
import {
  type Comparison,
  type Fields,
  globMatches,
  PROBLEM_KEYS,
  PredicateError,
  parseComparison,
  satisfies,
} from '../../plan/case/predicate.ts';
import { readDocument, type SourceDocument, validate } from '../../plan/spec/document.ts';
import type { DocumentPath } from '../../plan/spec/spec-error.ts';
import { type CostRule, type Scenario, scenarioSchema } from './scenario-schema.ts';

export { type CostRule, type Scenario, type ScenarioEvent, scenarioJsonSchema } from './scenario-schema.ts';

/** Keys a `when` may compare, and whether they are numbers. */
export const WHEN_KEYS = {
  kernel: 'text',
  /** Hash of the kernel's source, or the start of it followed by `*`: tells two versions of one kernel apart. */
  hash: 'text',
  /** Source text of the kernel: `code=*slow-marker*`. */
  code: 'text',
  batch: 'number',
  experts: 'number',
  ...PROBLEM_KEYS,
  /** Operand sets the launches rotate through: 1 is hot. */
  sets: 'number',
} as const;

/** The fields that a `when` is evaluated on. */
export interface WhenSubject {
  readonly problem: Problem;
  readonly kernel: string;
  readonly hash?: string;
  readonly code?: string;
  readonly sets?: number;
}

const parsedWhen = new Map<string, readonly Comparison[]>();

function comparisons(condition: string): readonly Comparison[] {
  let terms = parsedWhen.get(condition);
  if (terms === undefined) {
    terms = condition.split(',').map((term) => parseComparison(term, WHEN_KEYS));
    parsedWhen.set(condition, terms);
  }
  return terms;
}

/** The comparable fields of a launch. */
export function whenFields(subject: WhenSubject): Fields {
  const { shape, format, layout, groups, bias } = subject.problem;
  return {
    ...shape,
    ...format,
    layout,
    experts: groups?.experts,
    bias: bias ? 'f32' : undefined,
    kernel: subject.kernel,
    hash: subject.hash,
    code: subject.code,
    sets: subject.sets,
  };
}

/** Whether a condition holds for a launch; no condition always holds. */
export function holds(condition: string | undefined, fields: Fields): boolean {
  return condition === undefined || comparisons(condition).every((term) => satisfies(term, fields));
}

/** The first probe rule that names a probe, in seconds per launch. */
export function probeSeconds(scenario: Scenario, probe: string): number {
  return scenario.probes.find((rule) => globMatches(rule.probe, probe))?.seconds ?? 1e-3;
}

/** Reads a scenario. Throws SpecError with file, line and column. */
export function parseScenario(source: string, file: string): Scenario {
  const document = readDocument(source, file);
  const scenario = validate(document, scenarioSchema);
  scenario.cost.forEach((rule, i) => {
    checkCost(document, rule, ['cost', i]);
  });
  scenario.events.forEach((entry, i) => {
    checkWhen(document, entry.when, ['events', i, 'when']);
  });
  return scenario;
}

function checkCost(document: SourceDocument, rule: CostRule, path: DocumentPath): void {
  checkWhen(document, rule.when, [...path, 'when']);
  const rates = rule.flopPerSecond !== undefined || rule.bytesPerSecond !== undefined;
  if (rates === (rule.seconds !== undefined)) {
    throw document.error(path, 'expected either seconds, or flopPerSecond and/or bytesPerSecond');
  }
  rule.penalties.forEach((entry, i) => {
    const at = [...path, 'penalties', i];
    if ((entry.when === undefined) === (entry.unless === undefined)) {
      throw document.error(at, 'expected either `when` or `unless`');
    }
    checkWhen(document, entry.when, [...at, 'when']);
    checkWhen(document, entry.unless, [...at, 'unless']);
  });
}

function checkWhen(document: SourceDocument, condition: string | undefined, path: DocumentPath): void {
  if (condition === undefined) return;
  try {
    comparisons(condition);
  } catch (cause) {
    if (cause instanceof PredicateError) throw document.error(path, cause.message);
    throw cause;
  }
}
