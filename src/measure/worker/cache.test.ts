import { describe, expect, it } from 'vitest';
import type { DeviceFacts } from '../../engine/port.ts';
import { cacheFor, coldBytesFor, maxSetsFor } from './cache.ts';

const MIB = 2 ** 20;
const facts = (source: DeviceFacts['source'], vendor: string, device: string): DeviceFacts => ({
  ...{ source, vendor, device, description: '', architecture: '', backend: 'vulkan', driver: '' },
  ...{ features: [], limits: {}, toggles: [], timestamps: true, simulated: false },
});

describe('cold operands', () => {
  it.each([
    ['mi300x', facts('gpu', 'amd', 'amd-instinct-mi300x-radv-gfx942-'), 256],
    ['h100', facts('gpu', 'nvidia', 'NVIDIA H100 80GB HBM3'), 50],
  ])('rotate through twice the cache that the vendor states: %s', (_, device, mib) => {
    expect(cacheFor(device)).toEqual({ bytes: mib * MIB, known: true });
    expect(coldBytesFor(device)).toBe(2 * mib * MIB);
  });

  it('rotate through twice a large cache where nobody states one', () => {
    expect(cacheFor(facts('gpu', 'nvidia', ''))).toEqual({ bytes: 128 * MIB, known: false });
    expect(coldBytesFor(facts('gpu', 'nvidia', ''))).toBe(256 * MIB);
    expect(coldBytesFor(facts('system-software', 'mesa', 'llvmpipe-llvm-15-0-6-256-bits-'))).toBe(32 * MIB);
    expect(coldBytesFor(facts('embedded-software', 'google', 'swiftshader-device'))).toBe(4 * MIB);
  });

  it('have more copies on a GPU, where checking each takes little', () => {
    expect(maxSetsFor(facts('gpu', 'amd', ''))).toBe(64);
    expect(maxSetsFor(facts('system-software', 'mesa', ''))).toBe(16);
  });
});
