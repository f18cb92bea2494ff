/** Property tests draw the same cases everywhere, so that a red build can be repeated; SHAPEMARK_FC_SEED explores others. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.SHAPEMARK_FC_SEED ?? 20_261_124) });
