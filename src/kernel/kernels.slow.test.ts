/** Kernels that kernels.test.ts leaves out: those that differ from one of its own by the format of the weights alone. */
import { loadKernels } from './set/load.node.ts';
import { byFile, describeExactness } from './testdata/exactness.ts';

const set = await loadKernels('kernels');
describeExactness(set, byFile(set).others);
