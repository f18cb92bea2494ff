/** Operands as textures: each buffer's bytes as texels of 16 bytes, row after row of a texture (docs/kernel-abi.md). */
import { TEXEL_BYTES, type TexturedOperand } from '../../kernel/program.ts';
import { EngineError } from '../port.ts';
import { type Device, messageOf } from './device.ts';
import type { DeviceOperands } from './operands.ts';
import { TEXTURE_USAGE } from './usage.ts';

/** How often filling is timed; the median counts. */
const FILLS = 3;

/** Textures that hold what the buffers of all operand sets and panels hold. */
export interface OperandTextures {
  viewOf(buffer: GPUBuffer): GPUTextureView | undefined;
  readonly textures: readonly GPUTexture[];
  /** Wall seconds to fill one operand's textures of one set from its buffers. */
  readonly fillSeconds: Readonly<Partial<Record<TexturedOperand['operand'], number>>>;
}

interface Source {
  readonly buffer: GPUBuffer;
  readonly texture: GPUTexture;
  readonly columns: number;
}

/** @throws EngineError `unsupported` beyond the device's texture size, `out-of-memory` */
export async function fillTextures(
  device: Device,
  operands: DeviceOperands,
  wanted: readonly TexturedOperand[],
): Promise<OperandTextures> {
  const sources = new Map<GPUBuffer, Source>();
  const fillSeconds: Partial<Record<TexturedOperand['operand'], number>> = {};
  const textures = () => [...sources.values()].map(({ texture }) => texture);
  try {
    for (const { operand, columns, words } of wanted) {
      const format = words ? 'rgba32uint' : 'rgba32float';
      const buffers = distinct(operands.panels.map((_, i) => operands.panel(i).map((set) => set.get(operand))));
      for (const buffer of buffers.flat()) {
        sources.set(buffer, { buffer, columns, texture: await create(device, format, buffer.size, columns) });
      }
      for (const set of buffers) await copy(device, sources, set);
      const seconds: number[] = [];
      for (let i = 0; i < FILLS; i++) seconds.push(await copy(device, sources, buffers[0] ?? []));
      fillSeconds[operand] = seconds.sort((x, y) => x - y)[FILLS >> 1] ?? 0;
    }
  } catch (error) {
    for (const texture of textures()) texture.destroy();
    throw error;
  }
  const views = new Map([...sources].map(([buffer, { texture }]) => [buffer, texture.createView()]));
  return { viewOf: (buffer) => views.get(buffer), textures: textures(), fillSeconds };
}

/** From buffers by panel and set to the distinct buffers of each set: panels may share one. */
function distinct(byPanel: readonly (readonly (GPUBuffer | undefined)[])[]): GPUBuffer[][] {
  const sets = byPanel[0]?.length ?? 0;
  return Array.from({ length: sets }, (_, set) => [...new Set(byPanel.flatMap((panel) => panel[set] ?? []))]);
}

async function create(device: Device, format: GPUTextureFormat, bytes: number, columns: number): Promise<GPUTexture> {
  const rows = Math.ceil(bytes / (TEXEL_BYTES * columns));
  const most = device.limits.maxTextureDimension2D ?? 0;
  if (rows > most || columns > most) {
    const message = `an operand as a texture needs ${columns} × ${rows} texels; this device allows ${most}`;
    throw new EngineError('unsupported', `${message} (maxTextureDimension2D)`);
  }
  device.check();
  device.gpu.pushErrorScope('out-of-memory');
  const usage = TEXTURE_USAGE.copyTarget | TEXTURE_USAGE.binding;
  const texture = device.gpu.createTexture({ size: [columns, rows], format, usage });
  const error = await device.gpu.popErrorScope();
  if (error) throw new EngineError('out-of-memory', `cannot allocate a texture on the device: ${messageOf(error)}`);
  return texture;
}

/** Copies these buffers to their textures: whole rows, then what is left. Returns wall seconds. */
async function copy(
  device: Device,
  sources: ReadonlyMap<GPUBuffer, Source>,
  buffers: readonly GPUBuffer[],
): Promise<number> {
  const encoder = device.gpu.createCommandEncoder();
  for (const { buffer, texture, columns } of buffers.flatMap((own) => sources.get(own) ?? [])) {
    const texels = buffer.size / TEXEL_BYTES;
    const rows = Math.floor(texels / columns);
    const bytesPerRow = TEXEL_BYTES * columns;
    if (rows > 0) encoder.copyBufferToTexture({ buffer, bytesPerRow }, { texture }, [columns, rows]);
    const rest = texels % columns;
    const from = { buffer, offset: rows * bytesPerRow, bytesPerRow };
    if (rest > 0) encoder.copyBufferToTexture(from, { texture, origin: [0, rows] }, [rest, 1]);
  }
  const commands = encoder.finish();
  const begin = performance.now();
  await device.submit([commands]);
  return (performance.now() - begin) / 1e3;
}
