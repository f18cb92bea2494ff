/** What a contender of gpu.js is made of: a name, since gpu.js compiles JavaScript of its own. */
export const GPUJS = { kind: 'own', name: 'gpujs', untimed: 'gpu.js offers no device time' } as const;
