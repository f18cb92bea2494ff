// ---
// frontMatter: 2
// kernelAbi: 2
// name: outer-product
// technique: direct, but one step of k at a time and twice the rows a thread; fewer loads a product, in a loop short enough for small instruction caches
// builds-on: direct
// formats: {w: [f32, f16, bf16], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nn, tn] # a step's row of B is one load
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 16, values: [4, 8, 16, 32, 64], because: 'threads of a workgroup share what the cache holds'}
//   n: {default: 64, values: [8, 16, 32, 64, 128], because: 'threads of a workgroup share what the cache holds'}
//   k: {default: 1, values: [1], because: 'one column of A times one row of B'}
// thread:
//   m: {default: 16, values: [4, 8, 16], because: 'each element of B that is loaded goes into a product for every row'}
//   n: {default: 8, values: [4, 8], because: 'each element of A that is loaded goes into a product for every column'}
// workgroup: [TILE_N / THREAD_N, TILE_M / THREAD_M]
// preferred:
//   - {if: SYSTEM_SOFTWARE, rank: 75, because: 'without subgroups, a loop that is small enough for the instruction cache'}
// ---

const QUADS_M = THREAD_M / 4u;
const QUADS_N = THREAD_N / 4u;

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let at = place(workgroup, workgroups);
  // Each quad of a thread is WORKGROUP quads from its next, so that neighbouring threads read and write neighbouring vectors.
  let first_row = at.row + 4u * local.y;
  let first_col = at.col + 4u * local.x;
  if (!at.live || first_row >= at.row_end || first_col >= problem.n) { return; }

  var sums: array<mat4x4<f32>, QUADS_M * QUADS_N>; // column r of a matrix is row r of C
  for (var k = 0u; k < problem.k; k++) {
    var a: array<vec4<f32>, QUADS_M>;
    for (var i = 0u; i < QUADS_M; i++) {
      let row = first_row + 4u * WORKGROUP_Y * i;
      for (var r = 0u; r < 4u; r++) { a[i][r] = load_a(at.matrix, min(row + r, at.row_end - 1u), k); }
    }
    // Four columns of B at a time: they share the registers with A and all the sums.
    for (var j = 0u; j < QUADS_N; j++) {
      let b = row_b4(at.matrix, k, first_col + 4u * WORKGROUP_X * j);
      for (var i = 0u; i < QUADS_M; i++) {
        for (var r = 0u; r < 4u; r++) { sums[i * QUADS_N + j][r] += b * a[i][r]; }
      }
    }
  }

  for (var i = 0u; i < QUADS_M; i++) {
    for (var r = 0u; r < 4u; r++) {
      let row = first_row + 4u * WORKGROUP_Y * i + r;
      if (row >= at.row_end) { continue; }
      for (var j = 0u; j < QUADS_N; j++) {
        store_c4(at.matrix, row, first_col + 4u * WORKGROUP_X * j, sums[i * QUADS_N + j][r]);
      }
    }
  }
}
