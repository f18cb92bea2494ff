import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AdapterFacts } from './environment.ts';
import { unitFile, unitId } from './machine.node.ts';
import { MACHINE_NAME, machineName, slug } from './machine.ts';
import { ENVIRONMENT } from './testdata/example.ts';

const named = (adapter: Partial<AdapterFacts>, platform = 'linux') =>
  machineName({
    adapter: { ...ENVIRONMENT.adapter, ...adapter },
    os: { platform },
    cpu: { model: 'AMD Ryzen 9 7950X (R)', cores: 32 },
  });

describe('machine names', () => {
  it('are adapter, backend and system for hardware; CPU and cores as well for software', () => {
    expect(named({ source: 'gpu', device: 'NVIDIA GeForce RTX 4090' })).toBe('nvidia-geforce-rtx-4090-vulkan-linux');
    expect(named({ source: 'gpu', device: 'Apple M1 Pro', backend: 'metal' }, 'darwin')).toBe(
      'apple-m1-pro-metal-darwin',
    );
    expect(named({})).toBe('llvmpipe-vulkan-linux-amd-ryzen-9-7950x-32-cores');
    expect(named({ source: 'embedded-software', device: 'swiftshader-device--subzero-' })).toBe(
      'swiftshader-device-vulkan-linux-amd-ryzen-9-7950x-32-cores',
    );
    expect(named({ source: 'scripted', device: 'Ideal' })).toBe('scripted-ideal');
  });

  it('stay the same over a driver update', () => {
    const before = named({ device: 'llvmpipe (LLVM 15.0.6, 256 bits)' });
    expect(named({ device: 'llvmpipe (LLVM 19.1.0, 512 bits)', driver: 'Mesa 26' })).toBe(before);
  });

  it('fall back on what the driver says', () => {
    expect(named({ source: 'gpu', device: '0x2684', description: 'NVIDIA RTX' })).toBe('nvidia-rtx-vulkan-linux');
    expect(named({ source: 'gpu', device: '', description: '', vendor: 'amd', architecture: 'rdna3' })).toBe(
      'amd-rdna3-vulkan-linux',
    );
  });

  it('are safe folder names whatever drivers say', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (device, backend) => {
        expect(named({ source: 'gpu', device, backend })).toMatch(MACHINE_NAME);
      }),
    );
    expect(slug('Intel(R) Iris(TM) Xé')).toBe('intel-iris-xe');
  });
});

describe('the unit', () => {
  it('is random, kept, resettable and overridable', () => {
    const home = mkdtempSync(join(tmpdir(), 'shapemark-'));
    const environment = { XDG_CONFIG_HOME: home };
    const unit = unitId(environment);
    expect(unit).toMatch(/^[0-9a-f]{16}$/);
    expect(unitId(environment)).toBe(unit);
    expect(readFileSync(unitFile(environment), 'utf8')).toBe(`${unit}\n`);
    rmSync(unitFile(environment));
    expect(unitId(environment)).not.toBe(unit);
    expect(unitId({ ...environment, SHAPEMARK_UNIT: '0123456789abcdef' })).toBe('0123456789abcdef');
    expect(() => unitId({ SHAPEMARK_UNIT: 'my-laptop' })).toThrow('16 hex digits');
    rmSync(home, { recursive: true });
  });
});
