// ---
// frontMatter: 2
// kernelAbi: 2
// name: direct
// technique: register tiles fed by vector loads straight from memory, no workgroup memory and no barrier; the caches do the sharing
// builds-on: register-tile
// formats: {w: [f32, f16, bf16], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nn, nt, tn]
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 32, values: [4, 8, 16, 32, 64], because: 'threads of a workgroup share what the cache holds'}
//   n: {default: 64, values: [8, 16, 32, 64, 128], because: 'threads of a workgroup share what the cache holds'}
//   k: {default: 4, values: [4], because: 'one vector along k a step'}
// thread:
//   m: {default: 8, values: [4, 8, 16], because: 'patches of 4 × 4: the product of two matrices that WGSL knows; more than 16 × 8 sums spill'}
//   n: {default: 8, values: [4, 8], because: 'patches of 4 × 4: the product of two matrices that WGSL knows; more than 16 × 8 sums spill'}
// workgroup: [TILE_N / THREAD_N, TILE_M / THREAD_M]
// preferred:
//   - {if: SYSTEM_SOFTWARE and n <= 8, rank: 65, because: 'so few columns leave most lanes of a subgroup idle'}
//   - {if: SOFTWARE, rank: 85, because: 'a barrier costs a CPU more than its caches leave to be saved'}
//   - {rank: 91, because: 'few conditions: it serves nearly everything'}
// cuts:
//   - {if: n <= 8, tile: {m: 32, n: 8}, thread: {m: 4, n: 4}, because: 'threads lie along m where there are hardly any columns'}
// vouches: {rank: 20}
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

  // Column r of a patch of A is row r of A; column u of a patch of B is row u of B. So the product's column r is row r of C.
  var sums: array<mat4x4<f32>, QUADS_M * QUADS_N>;
  for (var k = 0u; k < problem.k; k += 4u) {
    var a: array<mat4x4<f32>, QUADS_M>;
    for (var i = 0u; i < QUADS_M; i++) {
      a[i] = patch_a(at.matrix, first_row + 4u * WORKGROUP_Y * i, at.row_end, k);
    }
    // One patch of B at a time: it shares the registers with A and all the sums.
    for (var j = 0u; j < QUADS_N; j++) {
      let b = patch_b(at.matrix, k, first_col + 4u * WORKGROUP_X * j);
      for (var i = 0u; i < QUADS_M; i++) { sums[i * QUADS_N + j] += b * a[i]; }
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
