/** The gate of a workflow: derives both sides from the event and the inputs, runs `compare`, publishes the table. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NothingToDo, UsageError } from '../../experiment/errors.ts';
import type { Io } from '../../experiment/io.ts';
import { PROGRESS_PREFIX } from '../../experiment/session/progress.ts';
import { gitText } from '../../kernel/set/git.node.ts';
import { PLAIN } from '../../report/style.ts';
import { type ExitCode, failureOf, wantsTrace } from '../exit.ts';
import { main } from '../main.ts';
import { commentOn, type Fetch } from './comment.ts';
import { baseOf, type EventPayload } from './event.ts';
import { type Side, sideOf } from './side.ts';

type Variables = Readonly<Record<string, string | undefined>>;
type Place = Pick<Io, 'out' | 'err' | 'cwd'> & { readonly environment: Variables };

/** Where the kernels of a working tree are. */
const WORKING_TREE = 'kernels';
/** Maximum length of the error output in the summary; the log has all of it. */
const SHOWN_LINES = 20;

/** @returns what `compare` exits with; the report is in the job summary, and on the pull request where that is asked for */
export async function gate(place: Place, fetch: Fetch): Promise<ExitCode> {
  const { environment } = place;
  const event = eventFrom(place);
  const said = { out: '', err: '' };
  const exit = await compared(place, event, said);
  const about = `### shapemark: ${environment.SHAPEMARK_TITLE || 'kernels compared'}\n\n`;
  const lines = said.err.trimEnd().split('\n');
  const trouble = lines.filter((line) => !line.startsWith(PROGRESS_PREFIX)).slice(-SHOWN_LINES);
  const report = about + (said.out.trim() === '' ? `\`\`\`\n${trouble.join('\n')}\n\`\`\`\n` : said.out);
  const { GITHUB_STEP_SUMMARY: summary } = environment;
  if (summary) appendFileSync(summary, report);
  else place.out(report);
  if (environment.SHAPEMARK_COMMENT === 'true') await comment(place, event, report, fetch);
  return exit;
}

async function compared(place: Place, event: EventPayload, said: { out: string; err: string }): Promise<ExitCode> {
  const io: Io = {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
      place.err(text);
    },
    ...{ cwd: place.cwd, environment: place.environment, style: PLAIN, columns: null },
  };
  try {
    const { base, head } = await sidesFrom(place, event);
    io.err(`base ${named(base)}, head ${named(head)}\n`);
    const words = ['compare', base.argument, head.argument, ...argumentsFrom(place.environment)];
    return await main([...words, '--format', 'markdown'], io);
  } catch (error) {
    const { exit, message } = failureOf(error, wantsTrace(place.environment));
    io.err(`${message}\n`);
    return exit;
  }
}

function named({ asked, commit }: Side): string {
  return commit === null || asked.includes(commit) ? asked : `${asked} (${commit})`;
}

/** @throws UsageError for a side that is not there, or a base that nothing names; NothingToDo for one thing twice */
export async function sidesFrom({ environment, cwd }: Place, event: EventPayload): Promise<{ base: Side; head: Side }> {
  const [asked, changed] = [environment.SHAPEMARK_BASE?.trim(), environment.SHAPEMARK_HEAD?.trim()];
  if (!changed && !existsSync(join(cwd, WORKING_TREE)))
    throw new UsageError(`head: there is no folder ${WORKING_TREE}/ in ${cwd}; set head, or the working directory`);
  const head = await sideOf(changed || WORKING_TREE, 'head', cwd);
  const base = await sideOf(asked || (await eventBase(environment, event, head, cwd)), 'base', cwd);
  const isHere = head.argument.replace(/^\.\/|\/$/g, '') === WORKING_TREE;
  const headCommit = isHere ? await cleanCommit(cwd) : head.commit;
  if (base.commit !== null && base.commit === headCommit && base.path === head.path)
    throw new NothingToDo(
      `base and head are one commit, ${base.commit}: nothing was compared; set another base or head`,
    );
  return { base, head };
}

async function eventBase(environment: Variables, event: EventPayload, head: Side, cwd: string): Promise<string> {
  const found = baseOf(environment.GITHUB_EVENT_NAME ?? '', event);
  if ('problem' in found) throw new UsageError(found.problem);
  // The base in the event is that of the push. What was merged into the head since then is not part of the pull request.
  const [onto, merged] = await parentsOf(head.commit ?? 'HEAD', cwd);
  return `ref:${merged !== undefined && merged === found.merged ? onto : found.base}`;
}

/** Read from the commit object, because a shallow clone hides parents that it lacks. */
async function parentsOf(commit: string, cwd: string): Promise<string[]> {
  const text = await gitText(cwd, ['cat-file', 'commit', commit]).catch(() => '');
  const [head = ''] = text.split('\n\n');
  return [...head.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent = '']) => parent);
}

/** The checked-out commit, if the kernels of the working tree are unchanged. */
async function cleanCommit(cwd: string): Promise<string | null> {
  const status = ['status', '--porcelain', '--untracked-files=all', '--ignored', '--', WORKING_TREE];
  const changes = await gitText(cwd, status).catch(() => null);
  return changes === '' ? (await gitText(cwd, ['rev-parse', 'HEAD'])).trim() : null;
}

/** Options of `compare`; an input that is left empty leaves the command's own default. */
export function argumentsFrom(environment: Variables): string[] {
  const lines = (name: string) =>
    (environment[name] ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const options = ['suite', 'filter', 'kernel', 'adapter', 'minimum-effect', 'budget', 'inspect', 'fail-on'];
  const given = options.flatMap((option) =>
    lines(`INPUT_${option.toUpperCase().replaceAll('-', '_')}`).map((value) => `--${option}=${value}`),
  );
  return [...given, ...lines('SHAPEMARK_ARGUMENTS')];
}

/** Empty if there is no event; sides that are named can still be compared. */
function eventFrom({ environment, err }: Place): EventPayload {
  const { GITHUB_EVENT_PATH: file } = environment;
  if (!file) return {};
  try {
    const payload: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return payload !== null && typeof payload === 'object' ? payload : {};
  } catch (error) {
    err(`the event of this workflow cannot be read: ${String(error)}\n`);
    return {};
  }
}

async function comment(place: Place, event: EventPayload, report: string, fetch: Fetch): Promise<void> {
  try {
    const outcome = await commentOn(event, report, place.environment, fetch);
    place.err(`comment: ${outcome ?? 'no pull request or no token here'}\n`);
  } catch (error) {
    place.err(`::warning::the comment could not be written, the job summary has the table: ${String(error)}\n`);
  }
}
