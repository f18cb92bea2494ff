// ---
// frontMatter: 2
// kernelAbi: 2
// name: "{w}-dots-matrix"
// technique: matrix-tile on bytes; a subgroup multiplies matrices of i8, sums all of k in i32, and scales a sum once
// builds-on: "{w}-dots-tile"
// formats: {w: [int8-channel], a: [int8-channel], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nt] # codes run along k
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 128, values: [16, 32, 64, 128], derived: 2 * THREAD_M, because: 'two rows of subgroups'}
//   n: {default: 128, values: [16, 32, 64, 128], derived: 2 * THREAD_N, because: 'two columns of subgroups'}
//   k: {default: 32, values: [32], because: 'rows of codes are padded to 32'}
// thread: # a subgroup's here: its threads share every matrix
//   m: {default: 64, values: [8, 16, 32, 64], derived: 4 * MATRIX_M, because: 'the sums of a subgroup live in its registers'}
//   n: {default: 64, values: [8, 16, 32, 64], derived: 4 * MATRIX_N, because: 'the sums of a subgroup live in its registers'}
// workgroup: [TILE_M / THREAD_M * (TILE_N / THREAD_N) * SUBGROUP_MIN, 1]
// workgroupBytes: (TILE_M + TILE_N) * (TILE_K + 16) + 4 * MATRIX_M * MATRIX_N * (TILE_M / THREAD_M) * (TILE_N / THREAD_N)
// requires: [subgroups, subgroup-size-control, chromium-experimental-subgroup-matrix]
// only:
//   - {if: MATRIX_M > 0, because: 'the device has no product of i8 matrices summed in i32'}
//   - {if: THREAD_M % MATRIX_M == 0 and THREAD_N % MATRIX_N == 0 and TILE_K % MATRIX_K == 0, because: 'tiles are made of whole matrices of the device'}
//   - {if: THREAD_M <= 4 * MATRIX_M and THREAD_N <= 4 * MATRIX_N, because: 'a subgroup has four rows and four columns of matrices at most'}
//   - {if: k <= 131072, because: 'a sum of more products of bytes may not fit an i32'}
// preferred:
//   - {if: GPU and m >= 16, rank: 12, because: 'matrix units multiply many times as fast'}
// cuts:
//   - {if: MATRIX_M == 16 and MATRIX_N == 16 and m <= 32, thread: {m: 16}, because: 'no more rows than there are'}
//   - {if: MATRIX_M == 16 and MATRIX_N == 16 and (m <= 64 or REGISTERS < 256), thread: {m: 32}, because: 'no more rows than there are, and registers for sums'}
// ---

const THREADS = WORKGROUP_X;
const BLOCKS_M = TILE_M / THREAD_M; // subgroups
const BLOCKS_N = TILE_N / THREAD_N;
const ROWS = THREAD_M / MATRIX_M; // of matrices in a block
const COLUMNS = THREAD_N / MATRIX_N;
const OF_A = (2u * TILE_M + THREADS - 1u) / THREADS; // halves of a row's step that a thread copies
const OF_B = (2u * TILE_N + THREADS - 1u) / THREADS;
const STRIDE = TILE_K / 4u + 4u; // of words; rows start in different banks
const MATRIX = MATRIX_M * MATRIX_N;

alias Left = subgroup_matrix_left<i8, MATRIX_K, MATRIX_M>;
alias Right = subgroup_matrix_right<i8, MATRIX_N, MATRIX_K>;
alias Result = subgroup_matrix_result<i32, MATRIX_N, MATRIX_M>;

// Words of four codes: places in them count words, also where matrices of bytes are loaded.
var<workgroup> a_tile: array<array<u32, THREAD_M * STRIDE>, BLOCKS_M>; // [m][k]
var<workgroup> b_tile: array<array<u32, THREAD_N * STRIDE>, BLOCKS_N>; // [n][k]
var<workgroup> c_tile: array<array<i32, MATRIX>, BLOCKS_M * BLOCKS_N>; // one matrix of each subgroup

fn fetch_a(at: Place, k: u32, i: u32) -> vec4<u32> {
  return bytes_a(words_a16(at.matrix, min(at.row + i / 2u, at.row_end - 1u), k + i % 2u * 16u));
}

fn fetch_b(at: Place, k: u32, i: u32) -> vec4<u32> {
  return bytes_b(codes_b16(at.matrix, k + i % 2u * 16u, min(at.col + i / 2u, problem.n - 1u)), 0.0);
}

fn put_a(words: vec4<u32>, i: u32) {
  if (2u * TILE_M % THREADS != 0u && i >= 2u * TILE_M) { return; }
  let first = i / 2u % THREAD_M * STRIDE + i % 2u * 4u;
  for (var u = 0u; u < 4u; u++) { a_tile[i / 2u / THREAD_M][first + u] = words[u]; }
}

fn put_b(words: vec4<u32>, i: u32) {
  if (2u * TILE_N % THREADS != 0u && i >= 2u * TILE_N) { return; }
  let first = i / 2u % THREAD_N * STRIDE + i % 2u * 4u;
  for (var u = 0u; u < 4u; u++) { b_tile[i / 2u / THREAD_N][first + u] = words[u]; }
}

alias Sums = array<Result, ROWS * COLUMNS>;

fn multiply_row(sums: ptr<function, Sums>, right: ptr<function, array<Right, COLUMNS>>, block: vec2<u32>, k: u32, i: u32) {
  let left = subgroupMatrixLoad<Left, row_major>(&a_tile[block.y], i * MATRIX_M * STRIDE + k / 4u, STRIDE);
  for (var j = 0u; j < COLUMNS; j++) {
    (*sums)[i * COLUMNS + j] = subgroupMatrixMultiplyAccumulate(left, (*right)[j], (*sums)[i * COLUMNS + j]);
  }
}

fn multiply_step(sums: ptr<function, Sums>, block: vec2<u32>, k: u32) {
  var right: array<Right, COLUMNS>;
  for (var j = 0u; j < COLUMNS; j++) {
    right[j] = subgroupMatrixLoad<Right, col_major>(&b_tile[block.x], j * MATRIX_N * STRIDE + k / 4u, STRIDE);
  }
  multiply_row(sums, &right, block, k, 0u);
  if (ROWS > 1u) { multiply_row(sums, &right, block, k, 1u); }
  if (ROWS > 2u) { multiply_row(sums, &right, block, k, 2u); multiply_row(sums, &right, block, k, 3u); }
}

// Matrix i, j of every subgroup.
fn store_matrix(sums: ptr<function, Sums>, at: Place, subgroup: u32, thread: u32, i: u32, j: u32) {
  subgroupMatrixStore<row_major>(&c_tile[subgroup], 0u, (*sums)[i * COLUMNS + j], MATRIX_N);
  workgroupBarrier(); // one matrix of each subgroup is there
  for (var e = 4u * thread; e < BLOCKS_M * BLOCKS_N * MATRIX; e += 4u * THREADS) {
    let owner = e / MATRIX;
    let row = at.row + owner / BLOCKS_N * THREAD_M + i * MATRIX_M + e % MATRIX / MATRIX_N;
    let col = at.col + owner % BLOCKS_N * THREAD_N + j * MATRIX_N + e % MATRIX % MATRIX_N;
    if (row >= at.row_end) { continue; }
    var values: vec4<f32>;
    for (var c = 0u; c < 4u; c++) {
      values[c] = block_scale(at.matrix, 0u, min(col + c, problem.n - 1u)) * f32(c_tile[owner][e % MATRIX + c]);
    }
    store_c4(at.matrix, row, col, finish4(a_block_scale(at.matrix, row, 0u) * values));
  }
  workgroupBarrier(); // and stored
}

fn store_row(sums: ptr<function, Sums>, at: Place, subgroup: u32, thread: u32, i: u32) {
  store_matrix(sums, at, subgroup, thread, i, 0u);
  if (COLUMNS > 1u) { store_matrix(sums, at, subgroup, thread, i, 1u); }
  if (COLUMNS > 2u) { store_matrix(sums, at, subgroup, thread, i, 2u); store_matrix(sums, at, subgroup, thread, i, 3u); }
}

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y) @subgroup_size(SUBGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
  @builtin(subgroup_id) subgroup: u32,
) {
  let at = place(workgroup, workgroups);
  if (!at.live) { return; }
  let block = vec2<u32>(subgroup % BLOCKS_N, subgroup / BLOCKS_N);

  var sums: Sums;
  var a: array<vec4<u32>, OF_A>;
  var b: array<vec4<u32>, OF_B>;
  for (var i = 0u; i < OF_A; i++) { a[i] = fetch_a(at, 0u, thread + i * THREADS); }
  for (var i = 0u; i < OF_B; i++) { b[i] = fetch_b(at, 0u, thread + i * THREADS); }
  for (var k = 0u; k < problem.k; k += TILE_K) {
    for (var i = 0u; i < OF_A; i++) { put_a(a[i], thread + i * THREADS); }
    for (var i = 0u; i < OF_B; i++) { put_b(b[i], thread + i * THREADS); }
    workgroupBarrier(); // the tiles are complete
    // The next ones on their way; the last for nothing.
    for (var i = 0u; i < OF_A; i++) { a[i] = fetch_a(at, k + TILE_K, thread + i * THREADS); }
    for (var i = 0u; i < OF_B; i++) { b[i] = fetch_b(at, k + TILE_K, thread + i * THREADS); }
    // Written out, because compilers leave loops of this size rolled, and then keep the sums in memory.
    multiply_step(&sums, block, 0u);
    if (TILE_K > MATRIX_K) { multiply_step(&sums, block, MATRIX_K); }
    for (var step = 2u * MATRIX_K; step < TILE_K; step += MATRIX_K) { multiply_step(&sums, block, step); }
    workgroupBarrier(); // everybody has read them
  }

  store_row(&sums, at, subgroup, thread, 0u);
  if (ROWS > 1u) { store_row(&sums, at, subgroup, thread, 1u); }
  if (ROWS > 2u) { store_row(&sums, at, subgroup, thread, 2u); store_row(&sums, at, subgroup, thread, 3u); }
}
