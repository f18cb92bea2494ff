/** The routes to an adapter in Node: the system's own drivers through Dawn, then SwiftShader from an npm package. */
import os from 'node:os';
import { create } from 'webgpu';
import { isFallback } from './adapter-info.ts';
import type { AdapterRoute, OpenedAdapter } from './adapters.ts';
import { unpackSwiftShader } from './swiftshader.node.ts';

/**
 * What every instance is created with:
 * - `allow_unsafe_apis`: subgroup matrices, and timestamps that are not rounded;
 * - `vulkan_enable_f16_on_nvidia`: Dawn hides shader-f16 on NVIDIA's Vulkan drivers otherwise (crbug 42251215);
 * - without `timestamp_quantization`, which rounds device time to 65,536 ns.
 */
const ENABLED = ['allow_unsafe_apis', 'vulkan_enable_f16_on_nvidia'] as const;
const DISABLED = ['timestamp_quantization'] as const;
/** Leaves indexes unchecked: a web page cannot have it. */
const UNCHECKED = 'disable_robustness';

interface Toggles {
  readonly flags: readonly string[];
  /** As records name them. */
  readonly names: readonly string[];
}

function togglesFor(robustness: 'off' | undefined): Toggles {
  const enabled = robustness === 'off' ? [...ENABLED, UNCHECKED] : ENABLED;
  return {
    flags: [`enable-dawn-features=${enabled.join(',')}`, `disable-dawn-features=${DISABLED.join(',')}`],
    names: [...enabled.map((toggle) => `+${toggle}`), ...DISABLED.map((toggle) => `-${toggle}`)],
  };
}

/** glibc's flag; Node names only the POSIX ones. */
const RTLD_NODELETE = 0x1000;

/**
 * Environment variables that disable the shader disk caches of drivers, so that every process compiles. They must be set before
 * the driver starts, so the parent passes them to its workers.
 */
export const uncachedShaderEnvironment: Readonly<Record<string, string>> = {
  MESA_SHADER_CACHE_DISABLE: 'true',
  MESA_GLSL_CACHE_DISABLE: 'true',
  AMD_VK_USE_PIPELINE_CACHE: '0',
  __GL_SHADER_DISK_CACHE: '0',
};

/** Name of the platform's software adapter, for machines where a GPU comes first. */
const SOFTWARE_NAMES: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['llvmpipe'],
  win32: ['Microsoft'], // WARP
};

/** Routes in the order to try them; `name` (an adapter's name) adds Dawn's own search by name in front. */
export function adapterRoutes(name?: string, robustness?: 'off'): AdapterRoute[] {
  const toggles = togglesFor(robustness);
  const routes: AdapterRoute[] = [
    {
      name: 'system adapter',
      serves: ['gpu', 'software'],
      open: () => openSystem(toggles, { powerPreference: 'high-performance' }),
    },
    // `forceFallbackAdapter` would be the portable question, but Dawn then looks for its own SwiftShader only.
    ...(SOFTWARE_NAMES[process.platform] ?? []).map(
      (adapter): AdapterRoute => ({
        name: `system "${adapter}"`,
        serves: ['software'],
        open: () => openSystem(toggles, {}, [`adapter=${adapter}`]),
      }),
    ),
    { name: 'embedded SwiftShader', serves: ['software', 'embedded'], open: () => openEmbedded(toggles) },
  ];
  if (name !== undefined) {
    routes.unshift({ name: `system "${name}"`, serves: [], open: () => openSystem(toggles, {}, [`adapter=${name}`]) });
  }
  return routes;
}

/** What to install for a better adapter on this platform. */
export function installAdvice(platform: NodeJS.Platform = process.platform, arch: string = process.arch): string {
  if (platform === 'darwin')
    return 'macOS has Metal: a session with access to the GPU is needed (not a sandbox without one).';
  if (platform === 'win32')
    return 'Windows: install the GPU vendor’s driver; without a GPU, WARP comes with Direct3D 12.';
  const embedded = arch === 'x64' ? ', or `npm ci --include=optional` for the embedded SwiftShader' : '';
  return (
    'Linux: install the GPU’s Vulkan driver, or Mesa 23 or later for a fast software adapter ' +
    '(Debian 12: `apt install -t bookworm-backports mesa-vulkan-drivers libvulkan1`; ' +
    `Ubuntu 24.04: \`apt install mesa-vulkan-drivers libvulkan1\`)${embedded}.`
  );
}

async function openSystem(
  toggles: Toggles,
  options: GPURequestAdapterOptions,
  flags: readonly string[] = [],
): Promise<OpenedAdapter> {
  if (process.platform === 'linux' && !hasVulkanLoader()) throw new Error('libvulkan.so.1 is not installed');
  const { instance, adapter } = await request(toggles, options, flags);
  const source = isFallback(adapter) ? 'system-software' : 'gpu';
  return { instance, adapter, source, backend: backendName(), toggles: toggles.names };
}

/**
 * SwiftShader in this very process. Dawn opens the Vulkan loader by name and lazily, and the loader reads the
 * environment when an instance is created: so neither a child process nor LD_LIBRARY_PATH is needed. The variables are
 * put back afterwards, so that a later search for a system adapter is not answered by SwiftShader.
 */
async function openEmbedded(toggles: Toggles): Promise<OpenedAdapter> {
  const { manifest, loader } = unpackSwiftShader();
  if (!hasVulkanLoader()) preload(loader);
  const saved = { VK_DRIVER_FILES: process.env.VK_DRIVER_FILES, VK_ICD_FILENAMES: process.env.VK_ICD_FILENAMES };
  process.env.VK_DRIVER_FILES = manifest;
  process.env.VK_ICD_FILENAMES = manifest; // loaders before 1.3.207 know only this one
  try {
    const { instance, adapter } = await request(toggles, {});
    return { instance, adapter, source: 'embedded-software', backend: 'vulkan', toggles: toggles.names };
  } finally {
    for (const [key, value] of Object.entries(saved)) {
      if (value === undefined) delete process.env[key];
      else process.env[key] = value;
    }
  }
}

async function request(toggles: Toggles, options: GPURequestAdapterOptions, flags: readonly string[] = []) {
  const instance = create([...toggles.flags, ...flags]);
  const adapter = await instance.requestAdapter(options);
  if (adapter === null) throw new Error('no driver answered, or none that WebGPU can use');
  return { instance, adapter };
}

/** Dawn does not report its backend; each platform has a default. */
function backendName(): string {
  return os.platform() === 'darwin' ? 'metal' : os.platform() === 'win32' ? 'd3d12' : 'vulkan';
}

/** Tried before Dawn, which would print to stderr. A library that is not a Node add-on loads but fails to register. */
function hasVulkanLoader(): boolean {
  return /self-register/.test(loadError('libvulkan.so.1', os.constants.dlopen.RTLD_LAZY));
}

/** Node closes what is no add-on; NODELETE keeps it mapped, and Dawn's own dlopen finds it by its SONAME. */
function preload(library: string): void {
  const message = loadError(library, os.constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  if (!/self-register/.test(message)) throw new Error(`cannot load ${library}: ${message}`);
}

function loadError(library: string, flags: number): string {
  try {
    process.dlopen({ exports: {} }, library, flags);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
