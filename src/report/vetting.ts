/** Verdicts on contributed records as a document. */
import { type Document, type Inline, lines, section, type Tone } from './document/document.ts';

export interface VettedFile {
  readonly file: string;
  readonly verdict: 'accept' | 'ask' | 'refuse';
  readonly reasons: readonly string[];
}

const TONES: Readonly<Record<VettedFile['verdict'], Tone>> = { accept: 'good', ask: 'warn', refuse: 'bad' };

export function vettingDocument(files: readonly VettedFile[]): Document {
  const items = files.flatMap(({ file, verdict, reasons }): Inline[] => [
    [{ text: verdict, tone: TONES[verdict] }, ` ${file}`],
    ...reasons.map((reason) => `  ${reason}`),
  ]);
  const count = (verdict: VettedFile['verdict']) => files.filter((each) => each.verdict === verdict).length;
  const summary = `${count('refuse')} refused, ${count('ask')} for a person to decide, ${count('accept')} accepted`;
  return { sections: section(undefined, lines(items)), ...(files.length > 1 && { summary }) };
}
