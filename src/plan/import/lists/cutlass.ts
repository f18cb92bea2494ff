import { addRow, columnsOf } from './columns.ts';
import type { RowReader } from './rows.ts';

/** CSV of cutlass_profiler: A, B and C say their type and how they are stored, `f16:column`. */

const HEADER = /^Problem,Provider,OperationKind,Operation,/m;

export function hasCutlassTable(text: string): boolean {
  return HEADER.test(text);
}

export function readCutlass(text: string, reader: RowReader): void {
  const lines = text.split(/\r?\n/);
  let names: readonly string[] = [];
  const columns = columnsOf(['m', 'n', 'k', 'batch', 'transA', 'transB', 'a', 'w', 'acc', 'out'], reader);
  lines.forEach((line, i) => {
    if (HEADER.test(line)) names = line.split(',');
    else if (names.length > 0 && line.split(',').length === names.length) {
      const cells = line.split(',');
      const cell = (name: string) => cells[names.indexOf(name)] ?? '';
      if (!names.includes('m')) {
        reader.refuse({ line: i + 1, reason: `${cell('OperationKind')} is no GEMM` });
        return;
      }
      const [[a, byA], [b, byB], [c, byC]] = [typed(cell('A')), typed(cell('B')), typed(cell('D') || cell('C'))];
      const isBlas = byC === 'column';
      // By rows, a matrix stored by column is transposed; by columns, one stored by row is.
      const transposed = isBlas ? 'row' : 'column';
      const values = {
        ...{ m: cell('m'), n: cell('n'), k: cell('k'), batch: cell('batch_count'), acc: cell('accum'), out: c },
        ...{ transA: String(byA === transposed), transB: String(byB === transposed) },
        ...{ a, w: b },
      };
      addRow(values, columns, { line: i + 1, isBlas }, reader);
    }
  });
}

function typed(text: string): readonly [type: string, order: string] {
  const [type = '', order = ''] = text.split(':');
  return [type, order];
}
