/** What a driver reports for a compiled pipeline, unparsed. */

/** One executable of a pipeline (VK_KHR_pipeline_executable_properties); a compute pipeline usually has one. */
export interface Executable {
  readonly name: string;
  /** Subgroup size. */
  readonly subgroupSize: number;
  /** By the driver's names. */
  readonly statistics: Readonly<Record<string, number>>;
  /** Texts of the compiler's stages by the driver's names: NIR, assembly. */
  readonly representations: Readonly<Record<string, string>>;
}

export interface Compiled {
  readonly executables: readonly Executable[];
  /** Output of the driver during compilation; some print their assembly. */
  readonly printed: string;
}
