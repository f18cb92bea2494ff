/**
 * Names of machines: one comparable population, never a person or a host. Adapter, backend and operating system for
 * hardware; for software adapters, where the CPU does the work, its model and core count as well.
 */
import { digest } from '../gemm/digest.ts';
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
  return joined(adapter.source === 'gpu' ? where : [...where, cpuName(cpu), `${cpu.cores}-cores`]);
}

/** `machine.json`: the meaning of the name. */
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

/** The file as it is written. */
export const machineText = (environment: Environment): string => `${JSON.stringify(machineOf(environment), null, 2)}\n`;

/**
 * The most specific of the adapter's names: device, else the driver's description, else vendor and architecture. If none is
 * distinctive in ASCII, a hash of the first non-empty one distinguishes GPUs.
 */
function adapterName({ device, description, vendor, architecture }: Place['adapter']): string {
  const candidates = [device, description, `${vendor} ${architecture}`];
  const telling = candidates.find((text) => tells(text));
  if (telling !== undefined) return slug(wordsOf(telling));
  const said = candidates.find((text) => wordsOf(text) !== '');
  return said === undefined ? 'unknown-adapter' : hashed(said, 'adapter');
}

function cpuName({ model }: Place['cpu']): string {
  return lossy(model) && !tells(model) ? hashed(model, 'cpu') : slug(model);
}

/** Generic words in names of GPUs and CPUs, which alone do not identify one. */
const GENERIC = new Set(
  'adapter card compatible controller core cpu device display family generic ghz gpu graphics integrated mhz processor series unit unknown vga video'.split(
    ' ',
  ),
);

function tells(text: string): boolean {
  const name = slug(wordsOf(text));
  if (!/[a-z]{3}/.test(name)) return false;
  return !lossy(text) || name.split('-').some((word) => /[a-z]{3}/.test(word) && !GENERIC.has(word));
}

/** Whether letters or digits are lost where only ASCII is kept. */
function lossy(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(plain(text).replace(/[a-z0-9]/gi, ''));
}

/** The ASCII part of a name, with a hash if it is not distinctive. */
function hashed(text: string, otherwise: string): string {
  return `${slug(wordsOf(text)) || otherwise}-${digest(wordsOf(text)).slice(0, 8)}`;
}

/**
 * The words of a name in its own letters, without what changes with a driver update: `(LLVM 15.0.6, 256 bits)`, `Mesa 25.0.7`,
 * `driver 5.0.0`.
 */
function wordsOf(text: string): string {
  return unmarked(text, 'NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .replace(/-(llvm|mesa|driver|subzero)(-.*)?$/, '');
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
  return plain(text)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

function plain(text: string): string {
  return unmarked(text, 'NFKD').replace(/\p{M}/gu, '');
}

/**
 * Without trade marks, which drivers write as signs, in parentheses, or not at all; compatibility decomposition would turn `™`
 * into TM.
 */
function unmarked(text: string, form: 'NFKC' | 'NFKD'): string {
  return text
    .replace(/[™®℠]/g, '')
    .normalize(form)
    .replace(/\((R|TM|SM)\)/gi, '');
}
