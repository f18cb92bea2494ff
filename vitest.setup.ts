import fc from 'fast-check';

// Property tests draw the same cases everywhere, so that a red build can be repeated; SHAPEMARK_FC_SEED explores others.
fc.configureGlobal({ seed: Number(process.env.SHAPEMARK_FC_SEED ?? 20_261_124) });

// Tests need no driver, and agree on every machine that has the embedded adapter; SHAPEMARK_ADAPTER takes another.
if (process.platform === 'linux' && process.arch === 'x64') process.env.SHAPEMARK_ADAPTER ??= 'embedded';
