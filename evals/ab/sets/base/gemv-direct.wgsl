// ---
// frontMatter: 1
// kernelAbi: 1
// name: gemv-direct
// technique: few rows, no barrier; one thread sums whole columns over all of k, for devices where a barrier costs more than it saves
// formats: {w: [f32, f16, bf16], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nn, nt]
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 16, values: [1, 2, 4, 8, 16], because: 'all rows of a tile share each weight that is read'}
//   n: {default: 64, values: [32, 64, 128, 256], because: 'a few vectors of columns a thread'}
//   k: {default: 4, values: [4], because: 'one vector along k a step'}
// thread:
//   m: {default: 16, values: [1, 2, 4, 8, 16], because: 'a thread sums every row of its tile'}
//   n: {default: 4, values: [4, 8, 16], because: 'whole vectors of columns share each element of A that is read'}
// workgroup: [TILE_N / THREAD_N, 1]
// serves:
//   - {unless: m <= 64, because: 'B is read again for every 16 rows; larger m is for the tiled kernels'}
//   - {unless: TILE_M == THREAD_M, because: 'a thread sums every row of its tile'}
// ---

const QUADS = THREAD_N / 4u;

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let at = place(workgroup, workgroups);
  if (!at.live || at.col + 4u * local.x >= problem.n) { return; }

  var sums: array<vec4<f32>, THREAD_M * QUADS>;
  for (var k = 0u; k < problem.k; k += 4u) {
    var a: array<vec4<f32>, THREAD_M>;
    for (var i = 0u; i < THREAD_M; i++) { a[i] = load_a4(at.matrix, min(at.row + i, at.row_end - 1u), k); }
    for (var j = 0u; j < QUADS; j++) {
      // A thread's vectors lie WORKGROUP_X vectors apart, so that neighbouring threads read neighbouring columns.
      let b = patch_b(at.matrix, k, at.col + 4u * (local.x + j * WORKGROUP_X));
      for (var i = 0u; i < THREAD_M; i++) { sums[i * QUADS + j] += b * a[i]; }
    }
  }

  for (var i = 0u; i < THREAD_M; i++) {
    for (var j = 0u; j < QUADS; j++) {
      if (at.row + i >= at.row_end) { continue; }
      store_c4(at.matrix, at.row + i, at.col + 4u * (local.x + j * WORKGROUP_X), sums[i * QUADS + j]);
    }
  }
}
