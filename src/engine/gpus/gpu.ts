/** A GPU as its vendor describes it. Figures stay in the units of data sheets, so that they can be checked against them. */
export interface KnownGpu {
  /** For `--gpu`. */
  readonly id: string;
  readonly name: string;
  readonly vendor: 'nvidia' | 'amd' | 'intel' | 'apple' | 'qualcomm';
  readonly architecture: string;
  /** Adapter names that identify this GPU, without trademark signs and driver suffix. */
  readonly reports: RegExp;
  /** What runs workgroups: streaming multiprocessors, compute units, Xe cores, GPU cores, shader processors; of the whole card. */
  readonly units: number;
  readonly unitKind: 'SM' | 'CU' | 'Xe-core' | 'GPU core' | 'SP';
  /** Clock that the rates below are stated at. */
  readonly clockMHz: number;
  /** Dense rates (no 2:4 sparsity) of the whole card, in 10¹² FLOP/s; a rate that no source states is left out. */
  readonly teraflops: {
    readonly f32: number;
    /** f32 without dual issue (RDNA3). */
    readonly f32SingleIssue?: number;
    /** f16 on the vector units. */
    readonly f16?: number;
    /** f16 and bf16 on matrix units, accumulating in f32. */
    readonly matrixAccF32?: number;
    /** f16 on matrix units, accumulating in f16: GeForce runs it twice as fast. */
    readonly matrixAccF16?: number;
  };
  readonly gigabytesPerSecond: number;
  readonly memoryGB: number;
  /** Last-level cache in MiB; null where no source states it. */
  readonly cacheMiB: number | null;
  /** Number of adapters of one card, each with its share of units, rates and bandwidth. */
  readonly adapters?: 2;
  /** Set when the name also covers smaller variants, so that the figures are upper bounds. */
  readonly largestOf?: string;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly sources: readonly string[];
  readonly note?: string;
}

/** GPUs of one vendor, whose workgroups run on units of one kind. */
export function gpusOf(
  vendor: KnownGpu['vendor'],
  unitKind: KnownGpu['unitKind'],
  gpus: readonly Omit<KnownGpu, 'vendor' | 'unitKind'>[],
): readonly KnownGpu[] {
  return gpus.map((gpu) => ({ vendor, unitKind, ...gpu }));
}
