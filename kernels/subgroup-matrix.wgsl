// ---
// frontMatter: 2
// kernelAbi: 2
// name: subgroup-matrix
// technique: register-tile on tensor cores; a subgroup multiplies small matrices of f16 at once and sums them in f32
// builds-on: register-tile
// formats: {w: [f16], a: [f16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nn, nt, tn]
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 64, values: [16, 32, 64, 128], derived: 2 * THREAD_M, because: 'each element of B is read once per TILE_M rows'}
//   n: {default: 64, values: [16, 32, 64, 128], derived: 2 * THREAD_N, because: 'each element of A is read once per TILE_N columns'}
//   k: {default: 32, values: [16, 32, 64], because: 'both tiles must fit in workgroup memory'}
// thread: # a subgroup's here: its threads share every matrix
//   m: {default: 32, values: [8, 16, 32, 64], derived: 2 * MATRIX_M, because: 'the sums of a subgroup live in its registers'}
//   n: {default: 32, values: [8, 16, 32, 64], derived: 2 * MATRIX_N, because: 'the sums of a subgroup live in its registers'}
// workgroup: [TILE_N / THREAD_N * SUBGROUP_MAX, TILE_M / THREAD_M]
// workgroupBytes: 2 * TILE_M * (TILE_K + 8) + 2 * TILE_K * (TILE_N + 8) + 4 * MATRIX_M * MATRIX_N * (TILE_M / THREAD_M) * (TILE_N / THREAD_N)
// mostThreads: 1024
// requires: [shader-f16, subgroups, chromium-experimental-subgroup-matrix]
// only:
//   - {if: MATRIX_M > 0, because: 'the device has no product of f16 matrices summed in f32'}
//   - {if: THREAD_M % MATRIX_M == 0 and THREAD_N % MATRIX_N == 0 and TILE_K % MATRIX_K == 0, because: 'tiles are made of whole matrices of the device'}
// preferred:
//   - {if: GPU and m > 16, rank: 50, because: 'matrix units multiply many times as fast'}
// ---

const THREADS = WORKGROUP_X * WORKGROUP_Y;
const BLOCKS_N = TILE_N / THREAD_N;
const BLOCKS = TILE_M / THREAD_M * BLOCKS_N; // of THREAD_M × THREAD_N, one for each subgroup
const ROWS = THREAD_M / MATRIX_M; // of matrices in a block
const COLUMNS = THREAD_N / MATRIX_N;
const A_STRIDE = TILE_K + 8u; // off a power of two, so that rows start in different banks
const B_STRIDE = TILE_N + 8u;
const MATRIX = MATRIX_M * MATRIX_N;

alias Left = subgroup_matrix_left<f16, MATRIX_K, MATRIX_M>;
alias Right = subgroup_matrix_right<f16, MATRIX_N, MATRIX_K>;
alias Sums = subgroup_matrix_result<f32, MATRIX_N, MATRIX_M>;

// Matrices are only ever loaded from and stored to workgroup memory, whose edges are ours: a load that reaches beyond a
// buffer is moved inside it and silently returns other values.
var<workgroup> a_tile: array<f16, TILE_M * A_STRIDE>; // [m][k]
var<workgroup> b_tile: array<f16, TILE_K * B_STRIDE>; // [k][n]
var<workgroup> c_tile: array<f32, BLOCKS * MATRIX>; // one matrix of each block

// Patches of 4 × 4 hold zeros from problem.k on; rows and columns outside C may hold anything, since nobody stores their sums.
fn copy_a(at: Place, k0: u32, thread: u32) {
  for (var i = thread; i < TILE_M * TILE_K / 16u; i += THREADS) {
    let step = 4u * select(i / (TILE_M / 4u), i % (TILE_K / 4u), A_ALONG_K);
    let row = 4u * select(i % (TILE_M / 4u), i / (TILE_K / 4u), A_ALONG_K);
    let rows_of_a = patch_a(at.matrix, at.row + row, at.row_end, k0 + step);
    for (var r = 0u; r < 4u; r++) {
      for (var u = 0u; u < 4u; u++) { a_tile[(row + r) * A_STRIDE + step + u] = rows_of_a[r][u]; }
    }
  }
}

fn copy_b(at: Place, k0: u32, thread: u32) {
  for (var i = thread; i < TILE_N * TILE_K / 16u; i += THREADS) {
    let step = 4u * select(i / (TILE_N / 4u), i % (TILE_K / 4u), B_ALONG_K);
    let col = 4u * select(i % (TILE_N / 4u), i / (TILE_K / 4u), B_ALONG_K);
    let rows_of_b = patch_b(at.matrix, k0 + step, at.col + col);
    for (var u = 0u; u < 4u; u++) {
      for (var c = 0u; c < 4u; c++) { b_tile[(step + u) * B_STRIDE + col + c] = rows_of_b[u][c]; }
    }
  }
}

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
  @builtin(subgroup_id) block: u32,
) {
  let at = place(workgroup, workgroups);
  if (!at.live) { return; }
  let block_row = block / BLOCKS_N * THREAD_M;
  let block_col = block % BLOCKS_N * THREAD_N;

  var sums: array<Sums, ROWS * COLUMNS>;
  for (var k0 = 0u; k0 < problem.k; k0 += TILE_K) {
    copy_a(at, k0, thread);
    copy_b(at, k0, thread);
    workgroupBarrier(); // the tiles are complete
    // A driver may run narrower subgroups than the widest that it states, and then more of them than there are blocks.
    if (block < BLOCKS) {
      for (var k = 0u; k < TILE_K; k += MATRIX_K) {
        var right: array<Right, COLUMNS>;
        for (var j = 0u; j < COLUMNS; j++) {
          right[j] = subgroupMatrixLoad<Right, row_major>(&b_tile, k * B_STRIDE + block_col + j * MATRIX_N, B_STRIDE);
        }
        for (var i = 0u; i < ROWS; i++) {
          let left = subgroupMatrixLoad<Left, row_major>(&a_tile, (block_row + i * MATRIX_M) * A_STRIDE + k, A_STRIDE);
          for (var j = 0u; j < COLUMNS; j++) {
            sums[i * COLUMNS + j] = subgroupMatrixMultiplyAccumulate(left, right[j], sums[i * COLUMNS + j]);
          }
        }
      }
    }
    workgroupBarrier(); // everybody has read them
  }

  for (var i = 0u; i < ROWS; i++) {
    for (var j = 0u; j < COLUMNS; j++) {
      if (block < BLOCKS) { subgroupMatrixStore<row_major>(&c_tile, block * MATRIX, sums[i * COLUMNS + j], MATRIX_N); }
      workgroupBarrier(); // one matrix of each block is there
      for (var e = 4u * thread; e < BLOCKS * MATRIX; e += 4u * THREADS) {
        let owner = e / MATRIX;
        let row = at.row + owner / BLOCKS_N * THREAD_M + i * MATRIX_M + e % MATRIX / MATRIX_N;
        let col = at.col + owner % BLOCKS_N * THREAD_N + j * MATRIX_N + e % MATRIX_N;
        let values = vec4<f32>(c_tile[e], c_tile[e + 1u], c_tile[e + 2u], c_tile[e + 3u]);
        if (row < at.row_end) { store_c4(at.matrix, row, col, values); }
      }
      workgroupBarrier(); // and stored
    }
  }
}
