/**
 * Scores the detector and its alternatives on published histories: `npm run -s eval:detector -- [options] FILE.json…`.
 *
 * Series are split into two halves by a hash of their names. Constants were chosen on the half `tuning`; figures are for `report`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { CONTESTANTS, type Contestant, OURS } from './eval/contestants.ts';
import { type Half, halfOf, type Panel, panelsOf } from './eval/histories.ts';
import { type LabelScore, type Labels, labelsOf, scoreLabels } from './eval/labels.ts';
import { plotFrontiers } from './eval/plot.ts';
import { drawStreams, factorOf, type Score, SIZES, score } from './eval/score.ts';

const USAGE = `usage: npm run -s eval:detector -- [--json] [--labels FILE] [--half report|tuning|all] [--plot FILE.svg] FILE.json…`;

/** Noise cannot be learned from less. */
const FEWEST_POINTS = 30;

interface Entry extends Score {
  readonly name: string;
  /** The setting of an alternative that finds most among those that raise no more false alarms than ours; null when none does. */
  readonly atMatchedRate: Score | null;
  readonly frontier: readonly Score[];
  /** Alarms per 1000 points of the histories as they are, true changes included. */
  readonly rawAlarmsPer1000: number;
  readonly labels?: LabelScore;
}

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
  if (half !== 'report' && half !== 'tuning' && half !== 'all') throw new Error(`--half: got "${half}"\n${USAGE}`);
  if (positionals.length === 0) throw new Error(USAGE);
  const everything = positionals.flatMap((file) => panelsOf(readJson(file), basename(file)));
  const panels = chosen(everything, half);
  const labels = values.labels === undefined ? undefined : labelsOf(readJson(values.labels), values.labels);
  const detectors = evaluate(panels, everything, labels);
  const series = panels.reduce((sum, panel) => sum + panel.series.length, 0);
  if (values.plot !== undefined) writeFileSync(values.plot, plotOf(detectors));
  if (values.json) console.log(JSON.stringify({ half, series, detectors: detectors.map(rounded) }, null, 2));
  else console.log(table(detectors, series, half));
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function chosen(panels: readonly Panel[], half: Half | 'all'): Panel[] {
  const kept = panels.map((panel) => ({
    ...panel,
    series: panel.series.filter(({ name }) => half === 'all' || halfOf(panel.file, name) === half),
  }));
  const long = kept.filter(({ series }) => (series[0]?.cost.length ?? 0) >= FEWEST_POINTS);
  if (long.length === 0)
    throw new Error(`no series of at least ${FEWEST_POINTS} points of the half "${half}" in these files`);
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

function at(frontier: readonly Score[], setting: number): Score {
  return frontier.find((one) => one.setting === setting) as Score;
}

function power(one: Score | null): number {
  return one === null ? -1 : SIZES.reduce((sum, size) => sum + (one.found[100 * size]?.[0] ?? 0), 0);
}

function rawAlarms(contestant: Contestant, panels: readonly Panel[]): number {
  const detect = contestant.build(contestant.setting);
  let [alarms, points] = [0, 0];
  for (const { series } of panels) {
    const factor = contestant.usesRunFactor ? factorOf(series) : null;
    for (const { cost } of series) {
      const values = cost.map((value, t) => value - (factor?.[t] ?? 0)).filter((value) => !Number.isNaN(value));
      alarms += detect(values).length;
      points += values.length;
    }
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

function table(detectors: readonly Entry[], series: number, half: string): string {
  const cells = (one: Score | null) =>
    one === null
      ? ['', 'cannot be as quiet', '', '', '', '', '', '']
      : [
          String(one.setting),
          one.falseAlarmsPer1000.toFixed(2),
          ...SIZES.map((size) => (one.found[100 * size] ?? [0, 0]).map((part) => (100 * part).toFixed(0)).join('/')),
          (100 * one.chance).toFixed(1),
          one.medianDelay === null ? '-' : String(one.medianDelay),
          (100 * one.withdrawnShare).toFixed(0),
          (100 * one.notLasting).toFixed(0),
        ];
  const head = ['setting', 'FA/1000', '2 %', '5 %', '10 %', '20 %', 'chance', 'delay', 'withdrawn', 'not lasting'];
  const width = [9, 8, 9, 9, 9, 9, 7, 6, 10, 12];
  const line = (name: string, row: readonly string[]) =>
    name.padEnd(14) + row.map((cell, i) => cell.padStart(width[i] ?? 9)).join('');
  const marks = detectors.flatMap(({ name, labels }) =>
    labels
      ? [
          `${name.padEnd(14)}precision ${labels.precision.toFixed(2)}  recall ${labels.recall.toFixed(2)}  F1 ${labels.f1.toFixed(2)}`,
        ]
      : [],
  );
  return [
    `${series} series (${half}); steps found within 5/15 points, in %`,
    line('', head),
    ...detectors.map((one) => line(one.name, cells(one))),
    '',
    'at no more false alarms than ours:',
    ...detectors.filter(({ name }) => name !== OURS).map((one) => line(one.name, cells(one.atMatchedRate))),
    ...(marks.length > 0 ? ['', 'labelled changes, margin 5:', ...marks] : []),
  ].join('\n');
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
