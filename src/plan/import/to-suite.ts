import { Document, isMap, isSeq } from 'yaml';
import type { z } from 'zod';
import type { suiteSchema } from '../suite/schema.ts';

/** What an import makes: a suite as its author would have written it, and what its reader should know. */

export type SuiteText = z.input<typeof suiteSchema>;

export interface Imported {
  readonly suite: SuiteText;
  /** What was read in one of several ways, or is not part of it. */
  readonly notes: readonly string[];
  /** What `partial` left out. */
  readonly left: readonly string[];
}

const WIDTH = 120;

/** The suite file: one line for each shape, and for each group of a model's sizes. */
export function toYaml({ suite, notes, left }: Imported): string {
  const comments = [...notes, ...left.map((one) => `left out: ${one}`)];
  const document = new Document(suite);
  for (const path of [['phases'], ['shapes'], ['models', 0, 'model']]) {
    const node = document.getIn(path);
    if (!isMap(node) && !isSeq(node)) continue;
    for (const item of node.items) {
      const inner = isMap(item) || isSeq(item) ? item : (item as { value: unknown }).value;
      if (isMap(inner) || isSeq(inner)) inner.flow = true;
    }
  }
  return comments.map((line) => `# ${line.replaceAll('\n', ' ')}\n`).join('') + document.toString({ lineWidth: WIDTH });
}
