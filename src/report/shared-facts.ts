import type { RunRecord } from '../record/schema.ts';

/** Everything in the record that says something of the machine, as name and value. */
export function sharedFacts({ environment, unit, machine, commit }: RunRecord): [string, string][] {
  const { adapter, cpu, os, runtime, dawn, shapemark } = environment;
  return [
    ['machine', machine],
    [
      'adapter',
      [adapter.description || adapter.device, adapter.vendor, adapter.architecture].filter(Boolean).join(', '),
    ],
    ['driver', `${adapter.driver} (${adapter.backend})`],
    [
      'features and limits',
      `${adapter.features.length} features, ${Object.keys(adapter.limits).length} limits of the adapter`,
    ],
    ['CPU', `${cpu.model}, ${cpu.cores} cores`],
    ['system', `${os.platform} ${os.release} ${os.arch}`],
    [
      'software',
      [`shapemark ${shapemark}`, `${runtime.name} ${runtime.version}`, ...(dawn ? [`Dawn ${dawn}`] : [])].join(', '),
    ],
    ['commit', commit ? `${commit.sha.slice(0, 12)}${commit.dirty ? ', changed' : ''}` : 'none'],
    ['unit', `${unit}, a random number that stands for this machine`],
  ];
}
