import { type RowReader, segmentOf } from './rows.ts';

/** vLLM's `WEIGHT_SHAPES = {model: [([K, N], TP_SPLIT_DIM)]}`: weights by model, without rows of A. */

export function hasWeightShapes(text: string): boolean {
  return /^\s*WEIGHT_SHAPES\w*\s*(:[^=]*)?=/m.test(text);
}

/** One weight: `([4096, 28672], 1)`, where a size may be a product. */
const WEIGHT = /\(\s*\[\s*([\d*\s]+),\s*([\d*\s]+)\]\s*,\s*([01])\s*\)/g;
const MODEL = /["']([^"']+)["']\s*:\s*\[/;

export function readWeightShapes(text: string, reader: RowReader): void {
  const { m: rows, tp = 1, w, a, layout } = reader.options;
  if (rows === undefined)
    throw reader.error(undefined, 'WEIGHT_SHAPES gives K and N of weights but no rows of A; --m 1,16,256 gives them');
  let model = 'weights';
  text.split(/\r?\n/).forEach((line, i) => {
    model = segmentOf(MODEL.exec(line)?.[1] ?? '') ?? model;
    for (const [, first = '', second = '', split] of line.replace(/#.*$/, '').matchAll(WEIGHT)) {
      const [k, n] = split === '0' ? [product(first) / tp, product(second)] : [product(first), product(second) / tp];
      if (!Number.isInteger(k) || !Number.isInteger(n)) {
        reader.refuse({ line: i + 1, reason: `[${first.trim()}, ${second.trim()}] cannot be divided by tp ${tp}` });
        continue;
      }
      for (const m of rows) {
        reader.add({ name: model, m, n, k, layout: layout ?? 'nt', ...(w && { w }), ...(a && { a }), line: i + 1 });
      }
    }
  });
  if (tp > 1) reader.notes.add(`one rank of ${tp}: K or N is divided as the list says`);
}

function product(text: string): number {
  return text.split('*').reduce((all, factor) => all * Number(factor), 1);
}
