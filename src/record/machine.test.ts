import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AdapterFacts, machineSchema } from './environment.ts';
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

  it('are one for one GPU, however its driver writes trade marks', () => {
    const names = (device: string) => named({ source: 'gpu', device }, 'win32');
    const name = 'amd-radeon-8060s-graphics-vulkan-win32';
    for (const device of [
      'AMD Radeon™ 8060S Graphics',
      'AMD Radeon(TM) 8060S Graphics',
      'AMD Radeon(tm) 8060S Graphics',
    ])
      expect(names(device)).toBe(name);
    for (const device of ['Intel® Arc™ A770 Graphics', 'Intel(R) Arc(TM) A770 Graphics', 'Intel Arc A770 Graphics'])
      expect(names(device)).toBe('intel-arc-a770-graphics-vulkan-win32');
    const cpu = (model: string) => machineName({ ...ENVIRONMENT, cpu: { model, cores: 8 } });
    expect(cpu('Intel® Core™ i7')).toBe(cpu('Intel(R) Core(TM) i7'));
  });

  it('are another for every GPU, though nothing of its name can be written in ASCII', () => {
    const names = (device: string, more: Partial<AdapterFacts> = {}) =>
      named({ source: 'gpu', device, description: '', vendor: '', architecture: '', ...more });
    const devices = [
      '景嘉微 JM9',
      'Графика Эльбрус',
      'Графика Байкал',
      'T4',
      '摩尔线程 Graphics',
      'グラフィックス Graphics',
    ];
    expect(new Set(devices.map((device) => names(device))).size).toBe(devices.length);
    expect(names('景嘉微 JM9')).toMatch(/^jm9-[0-9a-f]{8}-vulkan-linux$/);
    expect(names('Графика Эльбрус')).toMatch(/^adapter-[0-9a-f]{8}-vulkan-linux$/);
    expect(names('Графика Эльбрус (Mesa 25.0.7)')).toBe(names('Графика Эльбрус (Mesa 26.1)'));
    expect(names('Графика™ Эльбрус')).toBe(names('Графика(TM) Эльбрус'));
    expect(names('', { description: '景嘉微 JM9' })).toBe(names('景嘉微 JM9'));
    // What still tells something is the whole name.
    expect(names('摩尔线程 MTT-Board')).toBe('mtt-board-vulkan-linux');
    expect(names('景嘉微 JM9', { description: 'JINGJIA JM9230' })).toBe('jingjia-jm9230-vulkan-linux');
    expect(names('', {})).toBe('unknown-adapter-vulkan-linux');
    const cpus = ['Эльбрус-8С', 'Байкал-8С', '龙芯 Processor', '飞腾 Processor'].map((model) =>
      machineName({ ...ENVIRONMENT, cpu: { model, cores: 8 } }),
    );
    expect(new Set(cpus).size).toBe(4);
    for (const name of cpus) expect(name).toMatch(MACHINE_NAME);
  });

  it('stay what they are for every machine that has a history here, and for GPUs whose drivers write ASCII', () => {
    const machines = readdirSync('results')
      .map((name) => join('results', name, 'machine.json'))
      .filter((file) => existsSync(file))
      .map((file) => machineSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
    expect(machines.length).toBeGreaterThanOrEqual(2);
    for (const { machine, adapter, os, cpu } of machines)
      expect(machineName({ adapter: { ...adapter, description: '' }, os, cpu })).toBe(machine);
    const before: [device: string, name: string][] = [
      ['NVIDIA H100 80GB HBM3', 'nvidia-h100-80gb-hbm3'],
      ['NVIDIA A100-SXM4-80GB', 'nvidia-a100-sxm4-80gb'],
      ['Tesla T4', 'tesla-t4'],
      ['NVIDIA L40S', 'nvidia-l40s'],
      ['AMD Radeon RX 7900 XTX (RADV NAVI31)', 'amd-radeon-rx-7900-xtx-radv-navi31'],
      ['AMD Radeon(TM) 8060S Graphics', 'amd-radeon-8060s-graphics'],
      ['AMD Instinct MI250X / MI250', 'amd-instinct-mi250x-mi250'],
      ['Intel(R) Arc(tm) A770 Graphics (DG2)', 'intel-arc-a770-graphics-dg2'],
      ['Apple M2 Max', 'apple-m2-max'],
      ['Qualcomm(R) Adreno(TM) X1-85 GPU', 'qualcomm-adreno-x1-85-gpu'],
      ['Graphics', 'graphics'],
    ];
    for (const [device, name] of before) expect(named({ source: 'gpu', device })).toBe(`${name}-vulkan-linux`);
    expect(named({ source: 'gpu', device: 'T4', description: '', vendor: 'nvidia', architecture: 'turing' })).toBe(
      'nvidia-turing-vulkan-linux',
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
