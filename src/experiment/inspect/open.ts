/** Starts a driver process for a GPU name. */
import type { DeviceFacts } from '../../engine/port.ts';
import { ABSENT_GPUS, type AbsentGpu, absentGpu, DRIVERS, environmentOf, HERE } from '../../inspect/gpus.ts';
import { NothingToDo } from '../errors.ts';
import { DriverProcess, type DriverRequest } from './driver-process.ts';
import type { Native } from './native.ts';
import { type System, systemAt } from './system.ts';

export interface OpenedGpu {
  readonly process: DriverProcess;
  readonly facts: DeviceFacts;
}

export interface GpuRequest {
  readonly gpu: string;
  readonly native: Native;
  /** A folder with another system, for drivers that this one lacks. */
  readonly root: string | null;
  /** Which adapter `here` is. */
  readonly adapter: string;
  /** Whether indexes go unchecked. */
  readonly robustness?: 'off' | undefined;
}

/** A driver that does not start at all in this time will not. */
const OPEN_SECONDS = 120;

/** @throws NothingToDo with the reason and what to install */
export async function openGpu({ gpu, native, root, adapter, robustness }: GpuRequest): Promise<OpenedGpu> {
  const absent = absentGpu(gpu);
  const here = { native, system: systemAt(null), manifest: null, environment: {} };
  if (gpu === HERE) return started(here, { adapter, robustness });
  if (!absent)
    throw new NothingToDo(
      `no GPU "${gpu}" is known; there are ${HERE}, ${ABSENT_GPUS.map(({ name }) => name).join(', ')}`,
    );
  const reasons: string[] = [];
  for (const system of [systemAt(null), ...(root === null ? [] : [systemAt(root)])]) {
    const found = await openAbsent(absent, { native, robustness }, system);
    if (typeof found !== 'string') return found;
    reasons.push(found);
  }
  const { vendor, mesa } = DRIVERS[absent.driver];
  const elsewhere = root === null ? '; another system’s can be used with --root (docs/inspect.md)' : '';
  throw new NothingToDo(
    `${gpu} needs Mesa’s driver for ${vendor}, ${absent.driver}, of Mesa ${mesa}: ${[...new Set(reasons)].join('; ')}${elsewhere}`,
  );
}

/** @returns why not, as part of a sentence */
async function openAbsent(
  gpu: AbsentGpu,
  { native, robustness }: Pick<GpuRequest, 'native' | 'robustness'>,
  system: System,
): Promise<OpenedGpu | string> {
  const {
    manifest: name,
    kernelDriver,
    named,
  } = DRIVERS[gpu.driver] as (typeof DRIVERS)['radv' | 'anv'] & { named?: RegExp };
  const manifest = system.manifest(name);
  if (manifest === null) return 'it is not installed here (Debian, Ubuntu: apt install mesa-vulkan-drivers)';
  const preload = kernelDriver === null ? {} : { LD_PRELOAD: native.standIn(kernelDriver) };
  const environment = { ...environmentOf(gpu), ...preload };
  try {
    const opened = await started({ native, system, manifest, environment }, { adapter: 'gpu', robustness });
    if (!named || named.test(opened.facts.device)) return opened;
    opened.process.end();
    return `the driver here opens ${opened.facts.description || opened.facts.device} instead`;
  } catch (error) {
    if (error instanceof NothingToDo) return 'the driver here does not open it';
    throw error;
  }
}

async function started(request: DriverRequest, open: Pick<GpuRequest, 'adapter' | 'robustness'>): Promise<OpenedGpu> {
  const process = new DriverProcess(request);
  try {
    const { facts } = await process.ask<{ facts: DeviceFacts }>({ ask: 'open', ...open }, OPEN_SECONDS);
    return { process, facts };
  } catch (error) {
    process.end();
    throw new NothingToDo(error instanceof Error ? error.message : String(error));
  }
}
