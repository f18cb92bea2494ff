/** What compilers made of the kernels: registers, spills, occupancy and the hot loop, of the newest inspection of each GPU. */
import type { InspectedGpu, InspectionRow, StoredInspection } from '../../record/beside/inspection.ts';
import { type Child, element } from '../../report/document/markup.ts';
import { formatText, shapeText } from '../../report/labels.ts';
import { counted } from '../../report/si.ts';
import { type Made, renderPage } from '../shell.ts';
import { p, quiet, section, View } from '../view.ts';

const MOST = 300;

export function inspectPage(inspections: readonly StoredInspection[], made: Made): string {
  const view = new View('inspect.html');
  const gpus = newest(inspections);
  const main: Child[] = [
    element(
      'p',
      { class: 'lead' },
      'Compilers of GPUs that need not be here say what they made of each kernel. It is exact and without noise, and it is no speed.',
    ),
    gpus.length === 0 &&
      p('No inspection is stored yet; ', element('code', {}, 'shapemark inspect --gpu navi31,tgl'), ' makes one.'),
    gpus.map(({ gpu, rows, stored }) =>
      section(
        gpu.product,
        quiet(
          `${gpu.vendor}, ${gpu.driver}; ${counted(rows.length, 'program')} of ${stored.startedAt.slice(0, 10)}${gpu.units ? `; registers: ${gpu.units.registers}; occupancy: ${gpu.units.occupancy}` : ''}`,
        ),
        programs(gpu, rows, view),
      ),
    ),
    view.terms(),
  ];
  return renderPage({ path: 'inspect.html', title: 'What compilers made of it', main, made });
}

interface OfGpu {
  readonly gpu: InspectedGpu;
  readonly rows: readonly InspectionRow[];
  readonly stored: StoredInspection;
}

function newest(inspections: readonly StoredInspection[]): OfGpu[] {
  const found = new Map<string, OfGpu>();
  for (const stored of inspections)
    for (const gpu of stored.gpus)
      if (!found.has(gpu.name))
        found.set(gpu.name, { gpu, stored, rows: stored.kernels.filter((row) => row.gpu === gpu.name) });
  return [...found.values()];
}

function programs(gpu: InspectedGpu, rows: readonly InspectionRow[], view: View): Child {
  const told = (value: number | null | undefined) => (value === null || value === undefined ? '–' : String(value));
  const of = (row: InspectionRow) => (row.status === 'compiled' ? row : null);
  return view.table<InspectionRow>(
    [
      { metric: 'kernel', text: true, row: true, cell: ({ kernel }) => kernel },
      { title: 'shape', cell: (row) => shapeText(row) },
      { title: 'format', cell: (row) => formatText({ ...row, operands: { mode: 'cold' } }) },
      { metric: 'registers', cell: (row) => told(of(row)?.registers) },
      { metric: 'spills', cell: (row) => told(of(row)?.spills) },
      { metric: 'occupancy', cell: (row) => told(of(row)?.occupancy) },
      { metric: 'loop', cell: (row) => told(of(row)?.loop?.instructions) },
      { metric: 'multiplyAdds', cell: (row) => told(of(row)?.loop?.multiplyAdds) },
      { title: 'remark', cell: (row) => (row.status === 'compiled' ? '' : `${row.status}: ${row.reason}`) },
    ],
    rows.slice(0, MOST),
    { caption: `Programs on ${gpu.product}` },
  );
}
