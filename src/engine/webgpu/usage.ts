/** Numbers pinned by the WebGPU specification (§5.1, §8.4); the globals that name them exist in browsers only. */
export const USAGE = {
  mapRead: 0x0001,
  copySource: 0x0004,
  copyTarget: 0x0008,
  uniform: 0x0040,
  storage: 0x0080,
  queryResolve: 0x0200,
} as const;
export const MAP_READ = 0x0001;
export const COMPUTE_STAGE = 0x4;
export const TEXTURE_USAGE = { copyTarget: 0x02, binding: 0x04 } as const;
