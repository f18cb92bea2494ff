// ---
// frontMatter: 2
// kernelAbi: 2
// name: native-f16
// technique: direct on operands stored as f16 (shader-f16), widened to f32 before they are multiplied
// builds-on: direct
// formats: {w: [f16], a: [f16], acc: [f32], out: [f32, f16]}
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
// requires: [shader-f16]
// variants:
//   - name: native-f16-acc
//     technique: native-f16 that also multiplies and adds in f16; twice the rate on some GPUs, and an error that grows with k
//     builds-on: native-f16
//     formats: {w: [f16], a: [f16], acc: [f16], out: [f32, f16]}
//     preferred:
//       - {rank: 10, because: 'only a case that asks for f16 sums may have it, and it is twice the rate where f16 is native'}
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

  // Memory holds half the bytes, registers hold Acc. In f32 products of two f16 are exact and the sum keeps 24 bits; in f16,
  // for a case that asks for it, every partial sum is rounded to 11 bits.
  var sums = mat4x4<Acc>();
  for (var k = 0u; k < problem.k; k += 4u) {
    sums += mat4x4<Acc>(patch_b(at.matrix, k, col)) * mat4x4<Acc>(patch_a(at.matrix, row, at.row_end, k));
  }

  for (var r = 0u; r < 4u; r++) {
    if (row + r < at.row_end) { store_c4(at.matrix, row + r, col, vec4<f32>(sums[r])); }
  }
}
