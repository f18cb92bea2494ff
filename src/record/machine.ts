/**
 * Names of machines: one comparable population, never a person or a host. Adapter, backend and operating system for
 * hardware; for software adapters, where the CPU does the work, its model and core count as well.
 */
import type { AdapterFacts, Environment, Machine } from './environment.ts';

type Place = {
  readonly adapter: Pick<AdapterFacts, 'source' | 'vendor' | 'architecture' | 'device' | 'description' | 'backend'>;
  readonly os: Pick<Environment['os'], 'platform'>;
  readonly cpu: Environment['cpu'];
};

export const MACHINE_NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Folder names must survive every file system and a long path in front of them. */
const MAX_LENGTH = 100;

/**
 * Name of the machine, an ASCII slug such as `nvidia-geforce-rtx-4090-vulkan-linux` or
 * `llvmpipe-vulkan-linux-amd-epyc-2-cores`. Driver versions are left out: an update is an event in a machine's history, not
 * another machine.
 */
export function machineName({ adapter, os, cpu }: Place): string {
  if (adapter.source === 'scripted') return joined(['scripted', adapter.device.replace(/^scripted$/, '')]);
  const where = [adapterName(adapter), adapter.backend, os.platform];
  return joined(adapter.source === 'gpu' ? where : [...where, cpu.model, `${cpu.cores}-cores`]);
}

/** `machine.json`: what the name stands for. */
export function machineOf(environment: Environment): Machine {
  const { source, vendor, architecture, device, backend } = environment.adapter;
  const { platform, arch } = environment.os;
  return {
    schema: 'shapemark-machine/1',
    machine: machineName(environment),
    adapter: { source, vendor, architecture, device, backend },
    os: { platform, arch },
    cpu: environment.cpu,
  };
}

/** The most telling of the adapter's names: its device, else what the driver says, else vendor and architecture. */
function adapterName({ device, description, vendor, architecture }: Place['adapter']): string {
  const candidates = [device, description, `${vendor} ${architecture}`];
  return candidates.map(withoutVersions).find((name) => /[a-z]{3}/.test(name)) ?? 'unknown-adapter';
}

/** Drops what changes with a driver update: `(LLVM 15.0.6, 256 bits)`, `Mesa 25.0.7`, `driver 5.0.0`. */
function withoutVersions(name: string): string {
  return slug(name).replace(/-(llvm|mesa|driver|subzero)(-.*)?$/, '');
}

function joined(parts: readonly string[]): string {
  const name = parts
    .map(slug)
    .filter((part) => part !== '')
    .join('-');
  return name.slice(0, MAX_LENGTH).replace(/-+$/, '');
}

/** Lower-case ASCII letters and digits, everything else one hyphen. */
export function slug(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\((R|TM)\)/gi, '')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}
