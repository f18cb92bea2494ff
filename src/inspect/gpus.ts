/** GPUs whose compilers can be used without the hardware, and how to make their drivers open one. */

/** A Mesa driver and how to run it without hardware. */
export interface Driver {
  /** Name of its manifest: `<manifest>_icd.json`, or with the architecture behind. */
  readonly manifest: string;
  readonly vendor: string;
  /** Versions of Mesa in which it works so. */
  readonly mesa: string;
  /** The kernel driver that is emulated; null if the driver supports missing hardware. */
  readonly kernelDriver: 'i915' | 'nouveau' | 'msm' | 'asahi' | null;
  readonly environment: Readonly<Record<string, string>>;
  /** Part of the adapter's name by which an absent GPU is recognised. */
  readonly named?: RegExp;
}

export const DRIVERS = {
  radv: {
    manifest: 'radeon',
    vendor: 'AMD',
    mesa: '21 to 25',
    kernelDriver: null,
    environment: { RADV_DEBUG: 'nocache' },
    named: /null-hardware/,
  },
  anv: { manifest: 'intel', vendor: 'Intel', mesa: '25 or later', kernelDriver: 'i915', environment: {} },
  nvk: { manifest: 'nouveau', vendor: 'NVIDIA', mesa: '26 or later', kernelDriver: 'nouveau', environment: {} },
  turnip: { manifest: 'freedreno', vendor: 'Qualcomm', mesa: '26 or later', kernelDriver: 'msm', environment: {} },
  honeykrisp: {
    manifest: 'asahi',
    vendor: 'Apple',
    mesa: '26 or later',
    kernelDriver: 'asahi',
    environment: { AGX_MESA_DEBUG: 'shaders' },
  },
} as const satisfies Record<string, Driver>;

export interface AbsentGpu {
  readonly name: string;
  /** One of its products. */
  readonly product: string;
  readonly driver: keyof typeof DRIVERS;
  /** The chip id passed to the driver, or to the emulated kernel driver. */
  readonly chip: string;
}

export const ABSENT_GPUS: readonly AbsentGpu[] = [
  { name: 'navi31', product: 'Radeon RX 7900, RDNA3', driver: 'radv', chip: 'navi31' },
  { name: 'navi33', product: 'Radeon RX 7600, RDNA3', driver: 'radv', chip: 'navi33' },
  { name: 'gfx1150', product: 'Ryzen AI 300, RDNA3.5', driver: 'radv', chip: 'gfx1150' },
  { name: 'navi21', product: 'Radeon RX 6800, RDNA2', driver: 'radv', chip: 'navi21' },
  { name: 'navi10', product: 'Radeon RX 5700, RDNA1', driver: 'radv', chip: 'navi10' },
  { name: 'vega20', product: 'Radeon VII, GCN5', driver: 'radv', chip: 'vega20' },
  { name: 'tgl', product: 'Iris Xe of Tiger Lake', driver: 'anv', chip: '0x9a49' },
  { name: 'adl', product: 'Iris Xe of Alder Lake', driver: 'anv', chip: '0x46a6' },
  { name: 'mtl', product: 'Arc of Meteor Lake', driver: 'anv', chip: '0x7d55' },
  { name: 'arl', product: 'Arc of Arrow Lake', driver: 'anv', chip: '0x7d51' },
  { name: 'dg2', product: 'Arc A770', driver: 'anv', chip: '0x56a0' },
  { name: 'turing', product: 'GeForce RTX 2080', driver: 'nvk', chip: '0x164' },
  { name: 'ampere', product: 'GeForce RTX 3090', driver: 'nvk', chip: '0x172' },
  { name: 'ada', product: 'GeForce RTX 4090', driver: 'nvk', chip: '0x192' },
  { name: 'a740', product: 'Adreno 740 of Snapdragon 8 Gen 2', driver: 'turnip', chip: '740' },
  { name: 'a730', product: 'Adreno 730 of Snapdragon 8 Gen 1', driver: 'turnip', chip: '730' },
  { name: 'm1', product: 'M1', driver: 'honeykrisp', chip: '13' },
  { name: 'm2', product: 'M2', driver: 'honeykrisp', chip: '14' },
];

/** Whatever GPU this computer has. */
export const HERE = 'here';

export function absentGpu(name: string): AbsentGpu | undefined {
  return ABSENT_GPUS.find((gpu) => gpu.name === name);
}

/** Environment variables that make a driver open a GPU; must be set before the process starts. */
export function environmentOf({ driver, chip }: AbsentGpu): Record<string, string> {
  const { kernelDriver, environment } = DRIVERS[driver];
  const named = kernelDriver === null ? { RADV_FORCE_FAMILY: chip } : { SHAPEMARK_CHIP: chip };
  return { ...environment, ...named, SHAPEMARK_NO_HARDWARE: '1' };
}
