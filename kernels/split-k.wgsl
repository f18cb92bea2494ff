// ---
// frontMatter: 2
// kernelAbi: 2
// name: split-k
// technique: small C, long k; the threads of a workgroup split k among them, each with a patch of C, and a tree in workgroup memory adds the patches
// builds-on: gemv
// formats: {w: [f32, f16, bf16], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nn, nt, tn]
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 8, values: [4, 8, 16, 32], because: 'small, so that there are many workgroups although C is small'}
//   n: {default: 8, values: [4, 8, 16, 32], because: 'small, so that there are many workgroups although C is small'}
//   k: {default: 256, values: [16, 32, 64, 128, 256], because: 'k is split among TILE_K / 4 threads for each patch of C'}
// thread:
//   m: {default: 4, values: [4], because: 'one 4 × 4 patch of C a thread: the product of two matrices that WGSL knows'}
//   n: {default: 4, values: [4], because: 'one 4 × 4 patch of C a thread: the product of two matrices that WGSL knows'}
// workgroup: [TILE_M / 4 * (TILE_N / 4) * (TILE_K / 4), 1]
// workgroupBytes: TILE_M * TILE_N * TILE_K
// only:
//   - {if: m * n * matrices <= 65536, because: 'a larger C has enough tiles to fill a device without splitting k'}
// preferred:
//   - {if: GPU and m > 16 and GROUPED == 0 and m * n * matrices <= 49152 and k >= 2048, rank: 40, because: 'about a dozen tiles of 64 × 64 do not fill a GPU'}
// ---

const PATCHES = TILE_M / 4u * (TILE_N / 4u);
const SLICES = TILE_K / 4u; // threads along k; a power of two

var<workgroup> partials: array<mat4x4<f32>, SLICES * PATCHES>; // [slice][patch]

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let at = place(workgroup, workgroups);
  if (!at.live) { return; }

  // Neighbouring threads read neighbouring memory: along k where B is stored along k, else along n.
  let slice = select(thread / PATCHES, thread % SLICES, B_ALONG_K);
  let patch_index = select(thread % PATCHES, thread / SLICES, B_ALONG_K);
  let row = at.row + 4u * (patch_index / (TILE_N / 4u));
  let col = at.col + 4u * (patch_index % (TILE_N / 4u));

  // The first slices take what k leaves over, so that in every turn all have whole vectors; one more has what is no whole vector.
  let vectors = problem.k / 4u * 4u;
  let over = vectors % TILE_K;
  var sums = mat4x4<f32>(); // column r is row r of C
  if (4u * slice < over || (4u * slice == over && vectors < problem.k)) {
    let k = select(vectors, 4u * slice, 4u * slice < over);
    sums = patch_b(at.matrix, k, col) * patch_a(at.matrix, row, at.row_end, k);
  }
  var of_a = spot_a(at.matrix, row, at.row_end, over + 4u * slice);
  var of_b = spot_b(at.matrix, over + 4u * slice, col);
  for (var turn = 0u; turn < 0x08000000u; turn++) {
    if (turn >= problem.k / TILE_K) { break; }
    sums += patch_at_b(of_b) * patch_at_a(of_a);
    of_a += ahead_a(TILE_K);
    of_b += ahead_b(TILE_K);
  }

  // Always the same order of additions, so that the same operands give the same C.
  partials[slice * PATCHES + patch_index] = sums;
  for (var half = SLICES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier(); // the sums of the turn before are complete
    if (slice < half) {
      sums += partials[(slice + half) * PATCHES + patch_index];
      partials[slice * PATCHES + patch_index] = sums;
    }
  }

  if (slice > 0u) { return; }
  for (var r = 0u; r < 4u; r++) {
    if (row + r < at.row_end) { store_c4(at.matrix, row + r, col, sums[r]); }
  }
}
