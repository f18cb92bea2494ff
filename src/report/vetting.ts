/** Verdicts on contributed records as a document. */
import type { RunRecord } from '../record/schema.ts';
import { commands, type Document, facts, type Inline, lines, section, type Tone } from './document/document.ts';
import { runDocument } from './run.ts';

export interface VettedFile {
  readonly file: string;
  readonly verdict: 'accept' | 'ask' | 'refuse';
  readonly reasons: readonly string[];
  readonly tier?: 'single' | 'browser';
}

const TONES: Readonly<Record<VettedFile['verdict'], Tone>> = { accept: 'good', ask: 'warn', refuse: 'bad' };

export function vettingDocument(files: readonly VettedFile[]): Document {
  const count = (verdict: VettedFile['verdict']) => files.filter((each) => each.verdict === verdict).length;
  const summary = `${count('refuse')} refused, ${count('ask')} for a person to decide, ${count('accept')} accepted`;
  return { sections: section(undefined, lines(files.flatMap(verdictLines))), ...(files.length > 1 && { summary }) };
}

function verdictLines({ file, verdict, reasons, tier }: VettedFile): Inline[] {
  const note = tier === 'browser' ? ' (tier browser: shown beside others, decides nothing)' : '';
  return [
    [{ text: verdict, tone: TONES[verdict] }, ` ${inert(file)}${note}`],
    ...reasons.map((reason) => `  ${sentence(inert(reason))}`),
  ];
}

/** Characters that act in a terminal or hide in text. */
const ACTIVE = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Paths and reasons hold what strangers wrote, also where that is why they are refused. */
function inert(text: string): string {
  return text.replace(ACTIVE, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** A line that begins with `::` is a command to GitHub's runner, and one with `#` a heading. */
function sentence(text: string): string {
  return /^[\p{L}\p{N}]/u.test(text) ? text : `"${text}`;
}

export interface Contribution {
  readonly facts: readonly (readonly [string, string])[];
  readonly files: readonly (readonly [string, string])[];
  readonly vetted: VettedFile;
  readonly steps: readonly string[];
}

/** What was measured, what would be shared, and the commands that share it. */
export function contributionDocument(
  { facts: machine, files, vetted, steps }: Contribution,
  record: RunRecord,
): Document {
  const measured = runDocument(record);
  return {
    sections: [
      ...measured.sections,
      ...section('what these files say of the machine, besides the numbers', facts(...machine)),
      ...section('files', facts(...files)),
      ...section('as the project will vet them', lines(verdictLines(vetted))),
      ...(vetted.verdict === 'refuse'
        ? []
        : section(undefined, commands('nothing has been sent; to share them:', steps))),
    ],
    ...(measured.summary !== undefined && { summary: measured.summary }),
  };
}
