// ---
// frontMatter: 2
// kernelAbi: 2
// name: register-tile
// technique: shared-tile, but each thread keeps THREAD_M × THREAD_N sums in registers, so that one read of workgroup memory feeds many multiply-adds
// builds-on: shared-tile
// formats: {w: [f32, f16, bf16], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nn, nt, tn, tt]
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 64, values: [16, 32, 64, 128], because: 'each element of B is read once per TILE_M rows'}
//   n: {default: 64, values: [16, 32, 64, 128], because: 'each element of A is read once per TILE_N columns'}
//   k: {default: 16, values: [8, 16, 32], because: 'both tiles must fit in 16 KiB, the least that WebGPU guarantees'}
// thread:
//   m: {default: 8, values: [4, 8], because: 'whole vectors; more than 8 × 8 sums spill out of the registers'}
//   n: {default: 8, values: [4, 8], because: 'whole vectors; more than 8 × 8 sums spill out of the registers'}
// workgroup: [TILE_N / THREAD_N, TILE_M / THREAD_M]
// workgroupBytes: 4 * TILE_K * (TILE_M + TILE_N)
// preferred:
//   - {rank: 90, because: 'many rows on a device whose workgroup memory is fast'}
// vouches: {rank: 70}
// ---

const THREADS = WORKGROUP_X * WORKGROUP_Y;
const QUADS_M = TILE_M / 4u;
const QUADS_N = TILE_N / 4u;
const STEPS = TILE_K / 4u;
const THREAD_QUADS_M = THREAD_M / 4u;
const THREAD_QUADS_N = THREAD_N / 4u;

var<workgroup> a_tile: array<vec4<f32>, TILE_K * QUADS_M>; // [k][m], four rows a vector
var<workgroup> b_tile: array<vec4<f32>, TILE_K * QUADS_N>; // [k][n], four columns a vector

// Tiles are filled by patches of 4 × 4, four vectors each, turned on the way where memory runs the other way.
// Neighbouring threads take neighbouring patches along the operand's contiguous direction.
fn copy_a(at: Place, k0: u32, thread: u32) {
  for (var i = thread; i < QUADS_M * STEPS; i += THREADS) {
    let step = select(i / QUADS_M, i % STEPS, A_ALONG_K);
    let quad = select(i % QUADS_M, i / STEPS, A_ALONG_K);
    let by_k = transpose(patch_a(at.matrix, at.row + 4u * quad, at.row_end, k0 + 4u * step));
    for (var u = 0u; u < 4u; u++) { a_tile[(4u * step + u) * QUADS_M + quad] = by_k[u]; }
  }
}

fn copy_b(at: Place, k0: u32, thread: u32) {
  for (var i = thread; i < QUADS_N * STEPS; i += THREADS) {
    let step = select(i / QUADS_N, i % STEPS, B_ALONG_K);
    let quad = select(i % QUADS_N, i / STEPS, B_ALONG_K);
    let by_k = patch_b(at.matrix, k0 + 4u * step, at.col + 4u * quad);
    for (var u = 0u; u < 4u; u++) { b_tile[(4u * step + u) * QUADS_N + quad] = by_k[u]; }
  }
}

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let at = place(workgroup, workgroups);
  if (!at.live) { return; }

  // Each quad of a thread is WORKGROUP quads from its next, so that neighbouring threads read and write neighbouring vectors.
  var sums: array<mat4x4<f32>, THREAD_QUADS_M * THREAD_QUADS_N>; // column r of a matrix is row r of C
  for (var k0 = 0u; k0 < problem.k; k0 += TILE_K) {
    copy_a(at, k0, thread);
    copy_b(at, k0, thread);
    workgroupBarrier(); // the tiles are complete
    // Its end depends on k, so compilers unroll the four steps within and leave this loop rolled: code that fits the cache.
    for (var k4 = 0u; k4 < min(TILE_K, problem.k - k0); k4 += 4u) {
      for (var k = k4; k < k4 + 4u; k++) {
        for (var i = 0u; i < THREAD_QUADS_M; i++) {
          let a = a_tile[k * QUADS_M + local.y + i * WORKGROUP_Y];
          for (var j = 0u; j < THREAD_QUADS_N; j++) {
            let b = b_tile[k * QUADS_N + local.x + j * WORKGROUP_X];
            sums[i * THREAD_QUADS_N + j] += mat4x4<f32>(b * a.x, b * a.y, b * a.z, b * a.w);
          }
        }
      }
    }
    workgroupBarrier(); // everybody has read them
  }

  for (var i = 0u; i < THREAD_QUADS_M; i++) {
    for (var j = 0u; j < THREAD_QUADS_N; j++) {
      let row = at.row + 4u * (local.y + i * WORKGROUP_Y);
      let col = at.col + 4u * (local.x + j * WORKGROUP_X);
      for (var r = 0u; r < 4u; r++) {
        if (row + r < at.row_end) { store_c4(at.matrix, row + r, col, sums[i * THREAD_QUADS_N + j][r]); }
      }
    }
  }
}
