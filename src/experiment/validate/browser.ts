/**
 * Records of the page that measures. A browser tells little, so that a record which knows more was not written by one; and what it
 * replicates are devices, not processes.
 */
import { gpuByName, knownGpu, vendorFigures } from '../../engine/gpus/known-gpus.ts';
import { BROWSER_BACKEND } from '../../engine/webgpu/browser.ts';
import { USUAL_ENGINE } from '../../record/environment.ts';
import type { RunRecord } from '../../record/schema.ts';
import { ask, type Finding, refuse, shown } from './finding.ts';

/** The finest that a page can have is 5 µs; isolated pages of some browsers jitter it. */
const FINEST_WALL_SECONDS = 2e-6;

export function* browserFindings(record: RunRecord): Generator<Finding> {
  const isBrowser = record.environment.adapter.backend === BROWSER_BACKEND;
  const replicated = isBrowser ? 'device' : 'process';
  for (const { index, replication } of record.processes)
    if (replication !== replicated)
      yield refuse(
        `process ${index}: replication is ${replication}; with backend ${record.environment.adapter.backend} it is ${replicated}`,
      );
  if (isBrowser) {
    yield* environmentFindings(record);
    yield* claimFindings(record);
  } else if (record.environment.claimed !== undefined)
    yield refuse('environment.claimed is for browsers, which do not tell the name of the GPU');
}

/** What no page learns or can ask for. */
function* environmentFindings({ environment, settings, timer, cases }: RunRecord): Generator<Finding> {
  const { runtime, dawn, engine, cpu, shaderCache, yieldCpu, adapter } = environment;
  const unknowable = (what: string, value: unknown) => refuse(`${what} is ${value}, which no page learns or sets`);
  if (runtime.name === 'node') yield refuse(`backend ${BROWSER_BACKEND} in node`);
  if (engine !== USUAL_ENGINE) yield unknowable('environment.engine', engine);
  if (dawn !== null) yield unknowable('environment.dawn', dawn);
  if (cpu.model !== 'unknown') yield unknowable('environment.cpu.model', cpu.model);
  if (shaderCache !== 'unknown') yield unknowable('environment.shaderCache', shaderCache);
  if (yieldCpu) yield unknowable('environment.yieldCpu', yieldCpu);
  if (adapter.toggles.length > 0) yield unknowable('adapter.toggles', adapter.toggles.join(', '));
  if (adapter.memoryBytes !== undefined) yield unknowable('adapter.memoryBytes', adapter.memoryBytes);
  if (settings.tuning) yield unknowable('settings.tuning', settings.tuning);
  for (const { id, robustness, kernel } of cases) {
    if (robustness !== undefined) yield unknowable(`${id}: robustness`, robustness);
    if (kernel.tuning !== undefined) yield unknowable(`${id}: kernel.tuning`, kernel.tuning);
  }
  const { wallResolutionSeconds: wall } = timer;
  if (wall !== undefined && wall < FINEST_WALL_SECONDS)
    yield ask(`the wall clock steps by ${shown(wall)} s, finer than browsers let pages see`);
  const named = knownGpu(adapter);
  if (named) yield ask(`the adapter is named as ${named.name}, which browsers tell developers only`);
}

/** A claim is shown beside the numbers, so that it must not contradict what the browser tells. */
function* claimFindings({ environment: { adapter, claimed } }: RunRecord): Generator<Finding> {
  if (claimed === undefined) return;
  if (claimed !== claimed.trim() || claimed === '')
    yield refuse('environment.claimed is empty, or has space around it');
  if (adapter.source !== 'gpu') yield ask(`the GPU is claimed to be "${claimed}"; the adapter is software`);
  const gpu = gpuByName(claimed) ?? vendorFigures({ vendor: '', device: claimed, description: '' })?.gpu;
  const { vendor } = adapter;
  if (gpu && vendor !== '' && gpu.vendor !== vendor.toLowerCase())
    yield ask(`the GPU is claimed to be "${claimed}", of ${gpu.vendor}; the adapter is of ${vendor}`);
}
