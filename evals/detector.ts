/**
 * How good the detector of `check` is on published histories, beside its alternatives.
 *
 *     npm run -s eval detector -- [--json] [--labels FILE] [--half report|tuning|all] [--plot FILE.svg] FILE.json…
 *
 * Series are split into two halves by a hash of their names. Constants were chosen on the half `tuning`; figures are for `report`.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../src/experiment/errors.ts';
import { renderText } from '../src/report/document/text.ts';
import { RUN_WIDTH } from '../src/report/run.ts';
import { CONTESTANTS, type Contestant, OURS } from './detector/contestants.ts';
import { type Half, halfOf, type Panel, panelsOf } from './detector/histories.ts';
import { type Labels, labelsOf, scoreLabels } from './detector/labels.ts';
import { plotFrontiers } from './detector/plot.ts';
import { drawStreams, realStreams, type Score, SIZES, score } from './detector/score.ts';
import { type Entry, evaluationDocument, type FileScore } from './detector/table.ts';

const USAGE =
  'usage: npm run -s eval detector -- [--json] [--labels FILE] [--half report|tuning|all] [--plot FILE.svg] FILE.json…';

/** Noise cannot be learned from less. */
const FEWEST_POINTS = 30;

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      labels: { type: 'string' },
      half: { type: 'string', default: 'report' },
      plot: { type: 'string' },
    },
  });
  const half = values.half;
  if (half !== 'report' && half !== 'tuning' && half !== 'all') throw new UsageError(`--half: got "${half}"\n${USAGE}`);
  if (positionals.length === 0) throw new UsageError(USAGE);
  const everything = positionals.flatMap((file) => panelsOf(readJson(file), basename(file)));
  const panels = chosen(everything, half);
  const labels = values.labels === undefined ? undefined : labelsOf(readJson(values.labels), values.labels);
  const detectors = evaluate(panels, everything, labels);
  const series = panels.reduce((sum, panel) => sum + (panel.scored?.size ?? 0), 0);
  const byFile = scoresByFile(panels);
  if (values.plot !== undefined) writeFileSync(values.plot, plotOf(detectors));
  if (values.json) console.log(JSON.stringify(rounded({ half, series, detectors, byFile }), null, 2));
  else process.stdout.write(renderText(evaluationDocument({ detectors, series, half, byFile }), { width: RUN_WIDTH }));
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** All series of a file say what is common to a run; those of the half are scored. */
function chosen(panels: readonly Panel[], half: Half | 'all'): Panel[] {
  const marked = panels.map((panel) => {
    const mine = panel.series.filter(({ name }) => half === 'all' || halfOf(panel.file, name) === half);
    return { ...panel, scored: new Set(mine.map(({ name }) => name)) };
  });
  const long = marked.filter(({ series, scored }) => scored.size > 0 && (series[0]?.cost.length ?? 0) >= FEWEST_POINTS);
  if (long.length === 0)
    throw new UsageError(`no series of at least ${FEWEST_POINTS} points of the half "${half}" in these files`);
  return long;
}

function evaluate(panels: readonly Panel[], everything: readonly Panel[], labels: Labels | undefined): Entry[] {
  const streams = drawStreams(panels);
  const frontiers = new Map<Contestant['build'], readonly Score[]>();
  const frontierOf = (contestant: Contestant) => {
    const known = frontiers.get(contestant.build) ?? contestant.settings.map((one) => score(contestant, one, streams));
    frontiers.set(contestant.build, known);
    return known;
  };
  const ours = CONTESTANTS.find(({ name }) => name === OURS) as Contestant;
  const rate = at(frontierOf(ours), ours.setting).falseAlarmsPer1000;
  return CONTESTANTS.map((contestant) => {
    const frontier = frontierOf(contestant);
    const matching = contestant === ours ? [] : frontier.filter((one) => one.falseAlarmsPer1000 <= rate);
    return {
      name: contestant.name,
      ...at(frontier, contestant.setting),
      atMatchedRate: matching.reduce<Score | null>((best, one) => (power(one) > power(best) ? one : best), null),
      frontier,
      rawAlarmsPer1000: rawAlarms(contestant, panels),
      ...(labels && { labels: scoreLabels(contestant, everything, labels) }),
    };
  });
}

/** Ours alone, file by file: whether what was chosen on all of them serves each. */
function scoresByFile(panels: readonly Panel[]): FileScore[] {
  const ours = CONTESTANTS.find(({ name }) => name === OURS) as Contestant;
  return [...new Set(panels.map(({ file }) => file))].map((file) => {
    const mine = panels.filter((panel) => panel.file === file);
    return { file, ...score(ours, ours.setting, drawStreams(mine)) };
  });
}

function at(frontier: readonly Score[], setting: number): Score {
  return frontier.find((one) => one.setting === setting) as Score;
}

function power(one: Score | null): number {
  return one === null ? -1 : SIZES.reduce((sum, size) => sum + (one.found[100 * size]?.[0] ?? 0), 0);
}

function rawAlarms(contestant: Contestant, panels: readonly Panel[]): number {
  const detect = contestant.build(contestant.setting);
  let [alarms, points] = [0, 0];
  for (const { cost, adjusted } of panels.flatMap(realStreams)) {
    alarms += (contestant.usesRunFactor ? detect(adjusted, cost) : detect(cost)).length;
    points += cost.length;
  }
  return (1000 * alarms) / Math.max(1, points);
}

function plotOf(detectors: readonly Entry[]): string {
  const families = detectors.filter(({ name }) => !['ratio-150', 'ratio-200'].includes(name));
  const curves = families.map(({ name, frontier }) => ({ name: name.replace(/-110$/, ''), scores: frontier }));
  return plotFrontiers(curves, ['5', '10', '20']);
}

/** Four decimals are more than the streams can tell. */
function rounded<T>(value: T): T;
function rounded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => rounded<unknown>(item));
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).map(([key, member]) => {
    const isSetting = key === 'setting' || typeof member !== 'number';
    return [key, isSetting ? rounded<unknown>(member) : Number(member.toFixed(4))] as const;
  });
  return Object.fromEntries(members);
}

main();
