/** The source of a gpu.js contender: only a name, since gpu.js compiles its own JavaScript. */
export const GPUJS = { kind: 'own', name: 'gpujs', untimed: 'gpu.js offers no device time' } as const;
