/** One adapter has one name: driver, vendor, source, architecture and subgroups must agree. */
import { KNOWN_GPUS, vendorFigures } from '../../engine/gpus/known-gpus.ts';
import { SOFTWARE_NAME } from '../../engine/webgpu/adapter-info.ts';
import { type AdapterFacts, type Environment, USUAL_ENGINE } from '../../record/environment.ts';
import { ask, type Finding, refuse } from './finding.ts';

export function* adapterFindings({ adapter, os, runtime, dawn, engine }: Environment): Generator<Finding> {
  const words = [adapter.vendor, adapter.architecture, adapter.device, adapter.description, adapter.driver];
  const software = words.some((text) => SOFTWARE_NAME.test(text));
  if (software && adapter.source === 'gpu')
    yield refuse(`the adapter is software (${words.find((text) => SOFTWARE_NAME.test(text))}), not a GPU`);
  if (!software && adapter.source !== 'gpu')
    yield ask(`the adapter is said to be software; its names do not say so: ${adapter.device || adapter.description}`);
  const known = vendorFigures(adapter)?.gpu;
  if (known && adapter.source !== 'gpu') yield refuse(`a software adapter is called ${known.name}`);
  for (const [name, pattern] of Object.entries(VENDOR_WORDS)) {
    if (known && known.vendor !== name && pattern.test(`${adapter.description} ${adapter.driver}`))
      yield refuse(`the adapter is a ${known.name}; its description or driver is of ${name}`);
  }
  const system = BACKEND_SYSTEMS[adapter.backend];
  if (system && !system.test(os.platform)) yield refuse(`backend ${adapter.backend} does not exist on ${os.platform}`);
  if (runtime.name === 'node' && engine === USUAL_ENGINE && dawn === null)
    yield refuse(`engine ${engine} in node without a version of Dawn`);
  const [least, most] = adapter.subgroupSize ?? [4, 4];
  const power = (value: number) => value >= 1 && value <= 128 && Number.isInteger(Math.log2(value));
  if (!power(least) || !power(most) || least > most) yield refuse(`subgroupSize is ${least} to ${most}`);
  yield* vendorFacts(adapter);
  if (Object.values(adapter.limits).some((limit) => !(limit >= 0))) yield refuse('a limit of the adapter is negative');
}

/** Words of drivers that only one vendor uses. */
const VENDOR_WORDS: Readonly<Record<string, RegExp>> = {
  nvidia: /nvidia|geforce|\bnvk\b/i,
  amd: /\bradv\b|radeon|\bamd\b/i,
  intel: /\bintel\b(?!.*(llvm|llvmpipe))/i,
  apple: /\bapple\b/i,
  qualcomm: /adreno|qualcomm|turnip/i,
};
const BACKEND_SYSTEMS: Readonly<Record<string, RegExp>> = {
  metal: /^(darwin|mac|ios|iphone|ipad)/i,
  d3d12: /^win/i,
  d3d11: /^win/i,
  vulkan: /^(linux|win|android|freebsd|cros|chrome|darwin|mac)/i,
};

/** Lanes that subgroups of a vendor's GPUs have, as drivers and browsers report them. */
const SUBGROUPS: Readonly<Record<string, readonly [number, number]>> = {
  nvidia: [32, 32],
  amd: [32, 64],
  intel: [8, 32],
  apple: [4, 64],
  qualcomm: [16, 128],
};
/** As Dawn calls what the table calls otherwise. */
const ALIASES: Readonly<Record<string, string>> = { lovelace: 'ada' };

/** Of the largest hosts. */
const MOST_MEMORY = 2 ** 43;

/** What follows from the vendor or from the name, and is not part of it. */
function* vendorFacts(adapter: AdapterFacts): Generator<Finding> {
  const { source, vendor, architecture, subgroupSize, memoryBytes } = adapter;
  if (memoryBytes !== undefined && memoryBytes > MOST_MEMORY) yield ask(`adapter.memoryBytes is ${memoryBytes}`);
  if (source !== 'gpu') return;
  const known = vendorFigures(adapter)?.gpu;
  const [least, most] = SUBGROUPS[known?.vendor ?? vendor.toLowerCase()] ?? [1, 128];
  if (subgroupSize && (subgroupSize[0] < least || subgroupSize[1] > most))
    yield ask(
      `subgroupSize is ${subgroupSize.join(' to ')}; GPUs of ${known?.vendor ?? vendor} have ${least} to ${most}`,
    );
  const stated = ALIASES[architecture.toLowerCase()] ?? architecture.toLowerCase();
  const another = KNOWN_GPUS.find((gpu) => gpu.architecture.toLowerCase() === stated)?.architecture;
  if (known && another !== undefined && another !== known.architecture)
    yield ask(`architecture is ${architecture}; a ${known.name} is of ${known.architecture}`);
}
