import { formatCalled } from '../../gemm/formats/elsewhere.ts';
import { asScaled } from '../../gemm/formats/registry.ts';
import type { ListRow, RowReader } from './lists/rows.ts';
import type { Imported, SuiteText } from './to-suite.ts';

/** A list of shapes as a suite. */

type ShapeText = NonNullable<SuiteText['shapes']>[number];

/** @throws SpecError where there is not one row */
export function suiteOfRows(reader: RowReader, name: string, origin: string): Imported {
  const { rows, notes, left } = reader;
  const found = new Map<string, ShapeText>();
  for (const row of rows) {
    const { from, ...shape } = shapeOf(row, origin);
    const key = JSON.stringify(shape);
    if (!found.has(key)) found.set(key, { ...shape, from });
  }
  if (found.size === 0)
    throw reader.error(undefined, `holds no shape that can be taken${left[0] ? `: ${left[0]}` : ''}`);
  const repeated = rows.length - found.size;
  const said = [
    ...notes,
    ...(rows.every(({ w }) => w === undefined)
      ? ['no format is named: f32 weights and activations; --w says what to measure']
      : []),
    ...(rows.every(({ layout }) => layout === undefined)
      ? [
          'no layout is named: weights are stored [k,n] (nn), or [n,k] (nt) where they are in codes; --layout says otherwise',
        ]
      : []),
    ...(repeated > 0 ? [`${repeated} of ${rows.length} rows repeat others`] : []),
  ];
  const suite = {
    name,
    description: `${found.size} ${found.size === 1 ? 'shape' : 'shapes'} from ${origin}.`,
    shapes: [...found.values()],
  };
  return { suite, notes: said, left };
}

function shapeOf(row: ListRow, file: string): ShapeText {
  const { name, phase, batch, repeat, m, rows, groups, n, k, bias, line } = row;
  const w = row.w === undefined ? undefined : formatCalled(row.w);
  const layout = row.layout ?? (w !== undefined && asScaled(w) ? 'nt' : undefined);
  const shape = {
    ...{ name, phase, batch, repeat, m, n, k, layout, w, a: row.a, acc: row.acc, out: row.out },
    groups: rows ? { rows: [...rows] } : groups,
    ...(bias && { bias }),
    from: `${file}:${line}`,
  };
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as ShapeText;
}
