/** Where several figures come from. */
export const STAS = 'stas00/ml-engineering@744d01e1 compute/accelerator/README.md';
export const HMC = 'hmc-tech.com, comparison pages';
export const TOPCPU = 'topcpu.net';
export const FPSBENCH = 'fpsbench.com';
export const FORMULA = 'units × rate × clock';
export const MEMORY = 'from memory';
