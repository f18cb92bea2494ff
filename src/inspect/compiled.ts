/** What a driver tells of a compiled pipeline, before anybody has read it. */

/** One executable of a pipeline (VK_KHR_pipeline_executable_properties); a compute pipeline usually has one. */
export interface Executable {
  readonly name: string;
  /** Lanes that run in step. */
  readonly subgroupSize: number;
  /** By the driver's own names. */
  readonly statistics: Readonly<Record<string, number>>;
  /** Texts of the compiler's stages by the driver's own names: NIR, assembly. */
  readonly representations: Readonly<Record<string, string>>;
}

export interface Compiled {
  readonly executables: readonly Executable[];
  /** What the driver printed while it compiled: where some put their assembly. */
  readonly printed: string;
}
