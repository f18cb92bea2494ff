import type { Architecture } from '../architecture.ts';
import { attentionBias, type Family, llama, mixtralExperts, NO_BIAS } from './shared.ts';

const graniteMoe: Architecture = {
  ...llama,
  classes: ['GraniteMoe'],
  bias: { ...NO_BIAS, qkv: attentionBias, o: attentionBias },
  experts: mixtralExperts,
  modules: {
    experts: ['block_sparse_moe.input_linear', 'block_sparse_moe.output_linear'],
    router: ['block_sparse_moe.router.layer'],
  },
};

const graniteMoeShared: Architecture = {
  ...graniteMoe,
  classes: ['GraniteMoeShared'],
  experts: { ...mixtralExperts, shared: 1, sharedWidth: 'shared_intermediate_size' },
  absent: { shared_intermediate_size: 0 },
  modules: { ...graniteMoe.modules, shared: ['shared_mlp.input_linear', 'shared_mlp.output_linear'] },
};

export const GRANITE: Family = {
  granite: { ...llama, classes: ['Granite'] },
  granitemoe: graniteMoe,
  granitemoeshared: graniteMoeShared,
  // Hybrids that have no state-space layer are read; the MLP of those without experts is that of the shared one.
  granitemoehybrid: {
    ...graniteMoeShared,
    classes: ['GraniteMoeHybrid'],
    window: 'types',
    full: ['attention'],
    expertsOptional: true,
    denseWidth: 'shared_intermediate_size',
    absent: { num_local_experts: 8, num_experts_per_tok: 2, shared_intermediate_size: 1024 },
  },
};
