/**
 * A GPU that is not there: Mesa's RADV makes a device of any AMD chip by name and compiles for it to the end; nothing can run.
 * What shapemark reads of such an adapter and how its driver takes our programs can be tested so on any computer.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DeviceFacts, EngineError } from '../../port.ts';
import { adapterRoutes } from '../adapters.node.ts';
import { chooseAdapter } from '../adapters.ts';
import { Device } from '../device.ts';
import { deviceFacts } from '../session.ts';

const MANIFESTS = '/usr/share/vulkan/icd.d';
const LAYER = 'VK_LAYER_SHAPEMARK_null_commands';

/** Compiles; has no memory for buffers. */
export interface NullHardware {
  readonly device: Device;
  readonly facts: DeviceFacts;
  /** Dawn's instance must outlive its device. */
  readonly instance: GPU;
}

/**
 * The whole process sees this adapter only, from then on.
 *
 * @param chip as Mesa names it, e.g. `navi31`
 * @returns why there is none here, as a sentence
 */
export async function openNullHardware(chip: string): Promise<NullHardware | string> {
  const manifest = existsSync(MANIFESTS) && readdirSync(MANIFESTS).find((name) => /^radeon_icd.*\.json$/.test(name));
  if (!manifest) return 'Mesa’s RADV is not installed';
  const folder = mkdtempSync(join(tmpdir(), 'shapemark-null-hardware-'));
  try {
    const lacking = buildLayer(folder);
    if (lacking !== null) return lacking;
    Object.assign(process.env, {
      RADV_FORCE_FAMILY: chip,
      RADV_DEBUG: 'nocache',
      VK_DRIVER_FILES: join(MANIFESTS, manifest),
      VK_LAYER_PATH: folder,
      VK_INSTANCE_LAYERS: LAYER,
    });
    const { opened } = await chooseAdapter('gpu', adapterRoutes(), '');
    if (!opened.adapter.info.device.includes('null-hardware')) return 'RADV does not know RADV_FORCE_FAMILY';
    const device = await Device.open(opened.adapter);
    return { device, facts: deviceFacts(device, opened), instance: opened.instance };
  } catch (error) {
    if (error instanceof EngineError && error.reason === 'no-adapter') return `RADV makes no ${chip}: ${error.message}`;
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The layer without which RADV crashes at the first command, as Vulkan's loader finds it; or why it could not be built. */
function buildLayer(folder: string): string | null {
  const library = join(folder, 'null-commands.so');
  const source = join(import.meta.dirname, 'null-commands.c');
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-o', library, source], { stdio: 'pipe' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'no C compiler is installed';
    throw error;
  }
  const layer = {
    name: LAYER,
    type: 'GLOBAL',
    library_path: library,
    api_version: '1.3.0',
    implementation_version: '1',
    description: 'records and submits nothing',
  };
  writeFileSync(join(folder, 'null-commands.json'), JSON.stringify({ file_format_version: '1.2.0', layer }));
  return null;
}
