/**
 * How good the detector of `check` is on published histories, compared with alternatives.
 *
 *     npm run -s eval detector -- [--json] [--labels FILE] [--half report|tuning|all] [--plot FILE.svg] FILE.json…
 *
 * Series are split into two halves by a hash of their names. Constants were chosen on the half `tuning`; figures are for
 * `report`.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../src/experiment/errors.ts';
import { DETECTORS, type DetectorFamily, OURS } from './detector/detectors.ts';
import { type Half, halfOf, type Panel, panelsOf } from './detector/histories.ts';
import { type Labels, labelsOf, scoreLabels } from './detector/labels.ts';
import { plotFrontiers } from './detector/plot.ts';
import { drawStreams, realStreams, type Score, SIZES, score } from './detector/score.ts';
import { detectorSections, type Entry, type FileScore } from './detector/table.ts';
import { present } from './document/present.ts';

const USAGE =
  'usage: npm run -s eval detector -- [--json] [--labels FILE] [--half report|tuning|all] [--plot FILE.svg] FILE.json…';

/** Minimum number of points to estimate noise. */
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
  if (values.plot !== undefined) writeFileSync(values.plot, plotFrontiers(detectors));
  present({ half, series, detectors, byFile }, detectorSections, values.json);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** All series of a file determine the run factor; those of the half are scored. */
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
  const frontiers = new Map<DetectorFamily['build'], readonly Score[]>();
  const frontierOf = (family: DetectorFamily) => {
    const known = frontiers.get(family.build) ?? family.settings.map((one) => score(family, one, streams));
    frontiers.set(family.build, known);
    return known;
  };
  const ours = DETECTORS.find(({ name }) => name === OURS) as DetectorFamily;
  const rate = at(frontierOf(ours), ours.setting).falseAlarmsPer1000;
  return DETECTORS.map((family) => {
    const frontier = frontierOf(family);
    const matching = family === ours ? [] : frontier.filter((one) => one.falseAlarmsPer1000 <= rate);
    return {
      name: family.name,
      ...at(frontier, family.setting),
      atMatchedRate: matching.reduce<Score | null>((best, one) => (power(one) > power(best) ? one : best), null),
      frontier,
      rawAlarmsPer1000: rawAlarms(family, panels),
      ...(labels && { labels: scoreLabels(family, everything, labels) }),
    };
  });
}

/** Ours, file by file. */
function scoresByFile(panels: readonly Panel[]): FileScore[] {
  const ours = DETECTORS.find(({ name }) => name === OURS) as DetectorFamily;
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

function rawAlarms(family: DetectorFamily, panels: readonly Panel[]): number {
  const detect = family.build(family.setting);
  let [alarms, points] = [0, 0];
  for (const { cost, adjusted } of panels.flatMap(realStreams)) {
    alarms += (family.usesRunFactor ? detect(adjusted, cost) : detect(cost)).length;
    points += cost.length;
  }
  return (1000 * alarms) / Math.max(1, points);
}

main();
