// ---
// frontMatter: 2
// kernelAbi: 2
// name: double-buffer
// technique: register-tile with two stages of workgroup memory; the next tiles are on their way while these are multiplied, with one barrier for two
// builds-on: register-tile
// formats: {w: [f32, f16, bf16], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nn, nt, tn]
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 64, values: [16, 32, 64, 128], because: 'each element of B is read once per TILE_M rows'}
//   n: {default: 64, values: [16, 32, 64, 128], because: 'each element of A is read once per TILE_N columns'}
//   k: {default: 16, values: [8, 16, 32], because: 'both stages must fit in 16 KiB, the least that WebGPU guarantees'}
// thread:
//   m: {default: 8, values: [4, 8], because: 'whole vectors; more than 8 × 8 sums spill out of the registers'}
//   n: {default: 8, values: [4, 8], because: 'whole vectors; more than 8 × 8 sums spill out of the registers'}
// workgroup: [TILE_N / THREAD_N, TILE_M / THREAD_M]
// workgroupBytes: 8 * TILE_K * (TILE_M + TILE_N)
// ---

const THREADS = WORKGROUP_X * WORKGROUP_Y;
const QUADS_M = TILE_M / 4u;
const QUADS_N = TILE_N / 4u;
const STEPS = TILE_K / 4u;
const THREAD_QUADS_M = THREAD_M / 4u;
const THREAD_QUADS_N = THREAD_N / 4u;
const PATCHES_A = (QUADS_M * STEPS + THREADS - 1u) / THREADS; // a thread fetches so many, of 4 × 4
const PATCHES_B = (QUADS_N * STEPS + THREADS - 1u) / THREADS;

var<workgroup> a_tile: array<vec4<f32>, 2u * TILE_K * QUADS_M>; // [stage][k][m], four rows a vector
var<workgroup> b_tile: array<vec4<f32>, 2u * TILE_K * QUADS_N>; // [stage][k][n], four columns a vector

struct Fetched {
  a: array<mat4x4<f32>, PATCHES_A>,
  b: array<mat4x4<f32>, PATCHES_B>,
}

// Where patch i of a tile lies: x is its step of four along k, y its quad of rows or columns. Neighbours follow memory.
fn patch_at(i: u32, quads: u32, along_k: bool) -> vec2<u32> {
  return select(vec2<u32>(i / quads, i % quads), vec2<u32>(i % STEPS, i / STEPS), along_k);
}

// Into registers only: nothing waits for these loads until they are put.
fn fetch(at: Place, k0: u32, thread: u32) -> Fetched {
  var fetched: Fetched;
  for (var i = 0u; i < PATCHES_A; i++) {
    let lies = 4u * patch_at(thread + i * THREADS, QUADS_M, A_ALONG_K);
    if (thread + i * THREADS < QUADS_M * STEPS) {
      fetched.a[i] = transpose(patch_a(at.matrix, at.row + lies.y, at.row_end, k0 + lies.x));
    }
  }
  for (var i = 0u; i < PATCHES_B; i++) {
    let lies = 4u * patch_at(thread + i * THREADS, QUADS_N, B_ALONG_K);
    if (thread + i * THREADS < QUADS_N * STEPS) {
      fetched.b[i] = patch_b(at.matrix, k0 + lies.x, at.col + lies.y);
    }
  }
  return fetched;
}

fn put(stage: u32, fetched: Fetched, thread: u32) {
  for (var i = 0u; i < PATCHES_A; i++) {
    let lies = patch_at(thread + i * THREADS, QUADS_M, A_ALONG_K);
    if (thread + i * THREADS < QUADS_M * STEPS) {
      for (var u = 0u; u < 4u; u++) { a_tile[(stage * TILE_K + 4u * lies.x + u) * QUADS_M + lies.y] = fetched.a[i][u]; }
    }
  }
  for (var i = 0u; i < PATCHES_B; i++) {
    let lies = patch_at(thread + i * THREADS, QUADS_N, B_ALONG_K);
    if (thread + i * THREADS < QUADS_N * STEPS) {
      for (var u = 0u; u < 4u; u++) { b_tile[(stage * TILE_K + 4u * lies.x + u) * QUADS_N + lies.y] = fetched.b[i][u]; }
    }
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

  put(0u, fetch(at, 0u, thread), thread);
  workgroupBarrier(); // the first stage is complete
  var sums: array<mat4x4<f32>, THREAD_QUADS_M * THREAD_QUADS_N>; // column r of a matrix is row r of C
  for (var k0 = 0u; k0 < problem.k; k0 += TILE_K) {
    let stage = k0 / TILE_K % 2u;
    let next = fetch(at, k0 + TILE_K, thread); // zeros after the last
    for (var k4 = 0u; k4 < min(TILE_K, problem.k - k0); k4 += 4u) {
      for (var k = stage * TILE_K + k4; k < stage * TILE_K + k4 + 4u; k++) {
        for (var i = 0u; i < THREAD_QUADS_M; i++) {
          let a = a_tile[k * QUADS_M + local.y + i * WORKGROUP_Y];
          for (var j = 0u; j < THREAD_QUADS_N; j++) {
            let b = b_tile[k * QUADS_N + local.x + j * WORKGROUP_X];
            sums[i * THREAD_QUADS_N + j] += mat4x4<f32>(b * a.x, b * a.y, b * a.z, b * a.w);
          }
        }
      }
    }
    // The other stage was read last before the barrier of the turn before.
    put(1u - stage, next, thread);
    workgroupBarrier(); // the next stage is complete, and everybody has read this one
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
