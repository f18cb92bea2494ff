// ---
// frontMatter: 1
// kernelAbi: 1
// name: subgroup
// technique: a workgroup is one subgroup; every lane loads other rows and steps of A, and subgroupShuffle hands them round in registers
// formats: {w: [f32, f16, bf16], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nn, nt, tn]
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 16, values: [4, 8, 16, 32], because: 'a thread keeps a sum for every row of its tile'}
//   n: {default: 64, values: [16, 32, 64, 128, 256, 512], follows: THREAD_N * SUBGROUP_MAX, because: 'one subgroup side by side'}
//   k: {default: 32, values: [16, 32, 64, 128, 256], follows: 4 * SUBGROUP_MAX, because: 'one vector of A a lane, side by side along k'}
// thread:
//   m: {default: 16, values: [4, 8, 16, 32], because: 'a thread keeps a sum for every row of its tile'}
//   n: {default: 8, values: [4, 8], because: 'more columns than 8 spill more than they save'}
// workgroup: [TILE_N / THREAD_N, 1]
// requires: [subgroups]
// serves:
//   - {unless: SUBGROUP_MIN == SUBGROUP_MAX and SUBGROUP_MAX * THREAD_N == TILE_N and SUBGROUP_MAX * 4 == TILE_K, because: 'a workgroup must be exactly one subgroup, on a device where all have one width'}
//   - {unless: TILE_M == THREAD_M, because: 'a thread sums every row of its tile'}
// ---

const LANES = WORKGROUP_X;
const QUADS_M = THREAD_M / 4u;
const QUADS_N = THREAD_N / 4u;

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let at = place(workgroup, workgroups);
  if (!at.live) { return; }
  let col = at.col + 4u * lane; // of the lane's first quad; each next one is a subgroup further

  var sums: array<mat4x4<f32>, QUADS_M * QUADS_N>; // column r of a matrix is row r of C
  for (var k0 = 0u; k0 < problem.k; k0 += TILE_K) {
    // Each lane holds four other steps of k, for all rows of the tile.
    var a: array<mat4x4<f32>, QUADS_M>;
    for (var i = 0u; i < QUADS_M; i++) { a[i] = patch_a(at.matrix, at.row + 4u * i, at.row_end, k0 + 4u * lane); }
    // Its end depends on k, so that it stays rolled: four steps of k fit the instruction cache, all of them do not. All four at
    // once, so that a sum is read and written once for four products.
    for (var u = 0u; u < min(LANES, (problem.k - k0 + 3u) / 4u); u++) {
      // One patch of B at a time: it shares the registers with all the sums.
      for (var j = 0u; j < QUADS_N; j++) {
        let b = patch_b(at.matrix, k0 + 4u * u, col + 4u * LANES * j);
        for (var i = 0u; i < QUADS_M; i++) {
          for (var r = 0u; r < 4u; r++) { sums[i * QUADS_N + j][r] += b * subgroupShuffle(a[i][r], u); }
        }
      }
    }
  }

  for (var i = 0u; i < QUADS_M; i++) {
    for (var r = 0u; r < 4u; r++) {
      let row = at.row + 4u * i + r;
      if (row >= at.row_end) { continue; }
      for (var j = 0u; j < QUADS_N; j++) {
        store_c4(at.matrix, row, col + 4u * LANES * j, sums[i * QUADS_N + j][r]);
      }
    }
  }
}
