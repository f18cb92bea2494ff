// ---
// frontMatter: 1
// kernelAbi: 1
// name: direct
// technique: register tiles fed by vector loads straight from memory, no workgroup memory and no barrier; the caches do the sharing
// formats: {w: [f32, f16, bf16], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nn, nt, tn]
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 32, values: [4, 8, 16, 32, 64], because: 'threads of a workgroup share what the cache holds'}
//   n: {default: 32, values: [16, 32, 64, 128], because: 'threads of a workgroup share what the cache holds'}
//   k: {default: 4, values: [4], because: 'one vector along k a step'}
// thread:
//   m: {default: 4, values: [4], because: 'one 4 × 4 patch of C a thread: the product of two matrices that WGSL knows'}
//   n: {default: 4, values: [4], because: 'one 4 × 4 patch of C a thread: the product of two matrices that WGSL knows'}
// workgroup: [TILE_N / 4, TILE_M / 4]
// serves:
//   - {unless: TILE_M * TILE_N <= 4096, because: 'every WebGPU device allows 256 threads in a workgroup and not all allow more'}
// ---

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let at = place(workgroup, workgroups);
  let row = at.row + 4u * local.y;
  let col = at.col + 4u * local.x;
  if (!at.live || row >= at.row_end || col >= problem.n) { return; }

  // Column r of a patch of A is row r of A; column u of a patch of B is row u of B. So the product's column r is row r of C.
  var sums = mat4x4<f32>();
  for (var k = 0u; k < problem.k; k += 4u) {
    sums += patch_b(at.matrix, k, col) * patch_a(at.matrix, row, at.row_end, k);
  }

  for (var r = 0u; r < 4u; r++) {
    if (row + r < at.row_end) { store_c4(at.matrix, row + r, col, sums[r]); }
  }
}
