/** How operands that a kernel takes as textures are laid out in them (docs/kernel-abi.md). */
import { bitsOf } from '../../gemm/formats/scale.ts';
import type { Panel } from '../../gemm/panels.ts';
import { operandBytes } from '../../gemm/shape.ts';
import { type KernelDevice, limit } from '../device.ts';
import { TEXEL_BYTES, type TexturedOperand } from '../program.ts';
import type { Kernel } from '../set/kernel.ts';

/** Texels a row unless an operand needs more: 64 KiB, and half of what every device allows. */
const COLUMNS = 4096;

/** The textures of a kernel's operands, the same layout for all panels; a reason where the device's largest is too small. */
export function texturesOf(
  kernel: Kernel,
  panels: readonly Panel[],
  device: KernelDevice,
): TexturedOperand[] | { readonly reason: string } {
  const most = limit(device, 'maxTextureDimension2D');
  const textures: TexturedOperand[] = [];
  for (const operand of kernel.textures) {
    const texels = Math.max(...panels.map(({ problem }) => operandBytes(problem)[operand] / TEXEL_BYTES));
    let columns = COLUMNS;
    while (Math.ceil(texels / columns) > most && 2 * columns <= most) columns *= 2;
    if (Math.ceil(texels / columns) > most) {
      const needed = `${operand.toUpperCase()} as a texture needs ${texels.toLocaleString('en-US')} texels`;
      return { reason: `${needed}; this device allows ${most} × ${most} (maxTextureDimension2D)` };
    }
    const format = panels[0]?.problem.format[operand === 'a' ? 'a' : 'w'] ?? 'f32';
    textures.push({ operand, columns, words: bitsOf(format) < 32 });
  }
  return textures;
}
