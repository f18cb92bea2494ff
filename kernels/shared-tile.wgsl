// ---
// frontMatter: 2
// kernelAbi: 2
// name: shared-tile
// technique: naive, but the workgroup first copies a tile of A and of B into workgroup memory, where each element is read many times
// builds-on: naive
// formats: {w: [f32, f16, bf16], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nn, nt, tn]
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 16, values: [4, 8, 16], because: 'one thread per element of C, at most 256 of them'}
//   n: {default: 16, values: [8, 16, 32], because: 'one thread per element of C, at most 256 of them'}
//   k: {default: 16, values: [8, 16, 32], because: 'longer tiles need fewer barriers and more workgroup memory'}
// thread:
//   m: {default: 1, values: [1], because: 'one element a thread'}
//   n: {default: 1, values: [1], because: 'one element a thread'}
// workgroup: [TILE_N, TILE_M]
// workgroupBytes: 4 * TILE_K * (TILE_M + TILE_N)
// vouches: {rank: 60}
// ---

const THREADS = TILE_M * TILE_N;

var<workgroup> a_tile: array<f32, TILE_K * TILE_M>; // [k][m]
var<workgroup> b_tile: array<f32, TILE_K * TILE_N>; // [k][n]

// Neighbouring threads copy neighbouring elements, whichever way the operand is stored. Beyond k the tiles hold zeros,
// which add nothing; rows and columns outside C may hold anything, since nobody stores their sums.
fn copy_a(at: Place, k0: u32, thread: u32) {
  for (var i = thread; i < TILE_K * TILE_M; i += THREADS) {
    let k = select(i / TILE_M, i % TILE_K, A_ALONG_K);
    let m = select(i % TILE_M, i / TILE_K, A_ALONG_K);
    var value = 0.0;
    if (k0 + k < problem.k) { value = load_a(at.matrix, min(at.row + m, at.row_end - 1u), k0 + k); }
    a_tile[k * TILE_M + m] = value;
  }
}

fn copy_b(at: Place, k0: u32, thread: u32) {
  for (var i = thread; i < TILE_K * TILE_N; i += THREADS) {
    let k = select(i / TILE_N, i % TILE_K, B_ALONG_K);
    let n = select(i % TILE_N, i / TILE_K, B_ALONG_K);
    var value = 0.0;
    if (k0 + k < problem.k) { value = load_b(at.matrix, k0 + k, min(at.col + n, problem.n - 1u)); }
    b_tile[k * TILE_N + n] = value;
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

  var sum = 0.0;
  for (var k0 = 0u; k0 < problem.k; k0 += TILE_K) {
    copy_a(at, k0, thread);
    copy_b(at, k0, thread);
    workgroupBarrier(); // the tiles are complete
    for (var k = 0u; k < TILE_K; k++) {
      sum += a_tile[k * TILE_M + local.y] * b_tile[k * TILE_N + local.x];
    }
    workgroupBarrier(); // everybody has read them
  }

  // Threads outside C leave only now: every thread must reach every barrier.
  if (at.row + local.y < at.row_end && at.col + local.x < problem.n) {
    store_c(at.matrix, at.row + local.y, at.col + local.x, sum);
  }
}
