/** A list of shapes as the suite that it becomes. */
import { parseSuite } from '../../suite/parse.ts';
import { importText } from '../import.ts';
import type { ImportOptions } from '../options.ts';
import { type Imported, toYaml } from '../to-suite.ts';

export function imported(file: string, text: string, options: ImportOptions = {}): Imported {
  const found = importText({ file, text }, options);
  if (found === undefined) throw new Error('seen as a suite of ours');
  return found;
}

/** Shapes without their origin, which is a line of the file. */
export function shapes(file: string, text: string, options?: ImportOptions): unknown[] {
  const { suite } = imported(file, text, options);
  // What is imported is a suite.
  parseSuite(toYaml({ suite, notes: [], left: [] }), file);
  return (suite.shapes ?? []).map(({ from: _, ...shape }) => shape);
}
