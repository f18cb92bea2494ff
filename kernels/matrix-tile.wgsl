// ---
// frontMatter: 2
// kernelAbi: 2
// name: matrix-tile
// technique: subgroup-matrix whose subgroups load matrices from arrays of their own, at constant places, while the next tiles are fetched
// builds-on: subgroup-matrix
// formats: {w: [f16], a: [f16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nn, nt, tn]
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 128, values: [16, 32, 64, 128, 256], derived: 2 * THREAD_M, because: 'two rows of subgroups'}
//   n: {default: 128, values: [16, 32, 64, 128, 256], derived: 2 * THREAD_N, because: 'two columns of subgroups'}
//   k: {default: 16, values: [16, 32], because: 'the next tiles and where they go must fit in registers beside the sums'}
// thread: # a subgroup's here: its threads share every matrix
//   m: {default: 64, values: [8, 16, 32, 64], derived: 4 * MATRIX_M, because: 'the sums of a subgroup live in its registers'}
//   n: {default: 64, values: [8, 16, 32, 64], derived: 4 * MATRIX_N, because: 'the sums of a subgroup live in its registers'}
// workgroup: [TILE_M / THREAD_M * (TILE_N / THREAD_N) * SUBGROUP_MIN, 1]
// workgroupBytes: 2 * (TILE_M + TILE_N) * (TILE_K + 8) + 4 * MATRIX_M * MATRIX_N * (TILE_M / THREAD_M) * (TILE_N / THREAD_N)
// requires: [shader-f16, subgroups, subgroup-size-control, chromium-experimental-subgroup-matrix]
// only:
//   - {if: MATRIX_M > 0, because: 'the device has no product of f16 matrices summed in f32'}
//   - {if: THREAD_M % MATRIX_M == 0 and THREAD_N % MATRIX_N == 0 and TILE_K % MATRIX_K == 0, because: 'tiles are made of whole matrices of the device'}
//   - {if: THREAD_M <= 4 * MATRIX_M and THREAD_N <= 4 * MATRIX_N, because: 'a subgroup has four rows and four columns of matrices at most'}
// preferred:
//   - {if: GPU and m > 16, rank: 45, because: 'its share of matrix products in all instructions is up to sixteen times that of subgroup-matrix'}
// cuts:
//   - {if: NT and REGISTERS > 255 and MATRIX_M == 16 and MATRIX_N == 16 and m >= 256 and n >= 256 and m * n * matrices >= 4194304, tile: {m: 128, n: 256, k: 32}, because: 'enough for 128 such tiles, whose threads copy less each'}
//   - {if: REGISTERS > 255 and MATRIX_M == 16 and MATRIX_N == 16 and m >= 256 and n >= 256 and m * n * matrices >= 4194304, tile: {m: 256, n: 128, k: 32}, because: 'enough for 128 such tiles, whose threads copy less each'}
//   - {if: REGISTERS < 256 and MATRIX_M == 16 and MATRIX_N == 16, thread: {m: 32}, because: 'sums of 64 × 64 take too many registers to run more than eight subgroups beside each other'}
// ---

const THREADS = WORKGROUP_X;
const BLOCKS_M = TILE_M / THREAD_M; // subgroups
const BLOCKS_N = TILE_N / THREAD_N;
const ROWS = THREAD_M / MATRIX_M; // of matrices in a block
const COLUMNS = THREAD_N / MATRIX_N;
const STEPS = TILE_K / 4u;
const PATCHES_A = TILE_M / 4u * STEPS; // of 4 × 4 in a tile
const PATCHES_B = TILE_N / 4u * STEPS;
const OF_A = (PATCHES_A + THREADS - 1u) / THREADS; // of them that a thread copies
const OF_B = (PATCHES_B + THREADS - 1u) / THREADS;
const STRIDE = TILE_K + 8u; // rows start in different banks
const MATRIX = MATRIX_M * MATRIX_N;

alias Left = subgroup_matrix_left<f16, MATRIX_K, MATRIX_M>;
alias Right = subgroup_matrix_right<f16, MATRIX_N, MATRIX_K>;
alias Result = subgroup_matrix_result<f32, MATRIX_N, MATRIX_M>;

// A row of subgroups shares an array of A, a column of them one of B. Within it every place is constant: it needs no check, which
// would hide how it is aligned. Edges are ours, too: a load that reaches beyond a buffer silently returns other values.
var<workgroup> a_tile: array<array<f16, THREAD_M * STRIDE>, BLOCKS_M>; // [m][k]
var<workgroup> b_tile: array<array<f16, THREAD_N * STRIDE>, BLOCKS_N>; // [n][k]
var<workgroup> c_tile: array<array<f32, MATRIX>, BLOCKS_M * BLOCKS_N>; // one matrix of each subgroup

// x is the step of patch i, y its quad. Neighbouring threads take neighbours in memory.
fn patch_at(i: u32, quads: u32, along_k: bool) -> vec2<u32> {
  return select(vec2<u32>(i / quads, i % quads), vec2<u32>(i % STEPS, i / STEPS), along_k);
}

// Vectors along k, of four rows or columns.
fn put_a(vectors: mat4x4<f16>, i: u32) {
  if (PATCHES_A % THREADS != 0u && i >= PATCHES_A) { return; }
  let lies = 4u * patch_at(i, TILE_M / 4u, A_ALONG_K);
  let first = lies.y % THREAD_M * STRIDE + lies.x;
  for (var v = 0u; v < 4u; v++) {
    for (var e = 0u; e < 4u; e++) { a_tile[lies.y / THREAD_M][first + v * STRIDE + e] = vectors[v][e]; }
  }
}

fn put_b(vectors: mat4x4<f16>, i: u32) {
  if (PATCHES_B % THREADS != 0u && i >= PATCHES_B) { return; }
  let lies = 4u * patch_at(i, TILE_N / 4u, B_ALONG_K);
  let first = lies.y % THREAD_N * STRIDE + lies.x;
  for (var v = 0u; v < 4u; v++) {
    for (var e = 0u; e < 4u; e++) { b_tile[lies.y / THREAD_N][first + v * STRIDE + e] = vectors[v][e]; }
  }
}

// Vectors along k, of which those elements are kept that lie before `end`.
fn before(end: u32, k: u32, vectors: mat4x4<f16>) -> mat4x4<f16> {
  let kept = vec4<u32>(k, k + 1u, k + 2u, k + 3u) < vec4<u32>(end);
  var result: mat4x4<f16>;
  for (var v = 0u; v < 4u; v++) { result[v] = select(vec4<f16>(), vectors[v], kept); }
  return result;
}

alias Sums = array<Result, ROWS * COLUMNS>;

fn multiply_row(sums: ptr<function, Sums>, right: ptr<function, array<Right, COLUMNS>>, block: vec2<u32>, k: u32, i: u32) {
  let left = subgroupMatrixLoad<Left, row_major>(&a_tile[block.y], i * MATRIX_M * STRIDE + k, STRIDE);
  for (var j = 0u; j < COLUMNS; j++) {
    (*sums)[i * COLUMNS + j] = subgroupMatrixMultiplyAccumulate(left, (*right)[j], (*sums)[i * COLUMNS + j]);
  }
}

fn multiply_step(sums: ptr<function, Sums>, block: vec2<u32>, k: u32) {
  var right: array<Right, COLUMNS>;
  for (var j = 0u; j < COLUMNS; j++) {
    right[j] = subgroupMatrixLoad<Right, col_major>(&b_tile[block.x], j * MATRIX_N * STRIDE + k, STRIDE);
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
    let first = e % MATRIX;
    let row = at.row + owner / BLOCKS_N * THREAD_M + i * MATRIX_M + first / MATRIX_N;
    let col = at.col + owner % BLOCKS_N * THREAD_N + j * MATRIX_N + first % MATRIX_N;
    let values = vec4<f32>(c_tile[owner][first], c_tile[owner][first + 1u], c_tile[owner][first + 2u], c_tile[owner][first + 3u]);
    if (row < at.row_end) { store_c4(at.matrix, row, col, values); }
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

  // The first tiles take what k leaves over, so that all others are whole.
  var k = (problem.k - 1u) % TILE_K + 1u;
  var spots_a: array<u32, OF_A>; // of the next tile
  var spots_b: array<u32, OF_B>;
  for (var i = 0u; i < OF_A; i++) {
    let lies = 4u * patch_at(thread + i * THREADS, TILE_M / 4u, A_ALONG_K);
    let rows_of_a = before(k, lies.x, patch_a(at.matrix, at.row + lies.y, at.row_end, lies.x));
    put_a(rows_of_a, thread + i * THREADS);
    spots_a[i] = spot_a(at.matrix, at.row + lies.y, at.row_end, k + lies.x);
  }
  for (var i = 0u; i < OF_B; i++) {
    let lies = 4u * patch_at(thread + i * THREADS, TILE_N / 4u, B_ALONG_K);
    let columns_of_b = before(k, lies.x, transpose(patch_b(at.matrix, lies.x, at.col + lies.y)));
    put_b(columns_of_b, thread + i * THREADS);
    spots_b[i] = spot_b(at.matrix, k + lies.x, at.col + lies.y);
  }

  var sums: Sums;
  loop {
    workgroupBarrier(); // the tiles are complete
    var a: array<mat4x4<f16>, OF_A>;
    var b: array<mat4x4<f16>, OF_B>;
    for (var i = 0u; i < OF_A; i++) { a[i] = patch_at_a(spots_a[i]); } // the last of them for nothing
    multiply_step(&sums, block, 0u);
    for (var i = 0u; i < OF_B; i++) { b[i] = patch_at_b(spots_b[i]); }
    // Written out, because compilers leave loops of this size rolled, and then keep the sums in memory.
    if (TILE_K > MATRIX_K) { multiply_step(&sums, block, MATRIX_K); }
    for (var step = 2u * MATRIX_K; step < TILE_K; step += MATRIX_K) { multiply_step(&sums, block, step); }
    if (k >= problem.k) { break; }
    workgroupBarrier(); // everybody has read them
    for (var i = 0u; i < OF_A; i++) {
      put_a(a[i], thread + i * THREADS);
      spots_a[i] += ahead_a(TILE_K);
    }
    for (var i = 0u; i < OF_B; i++) {
      put_b(transpose(b[i]), thread + i * THREADS);
      spots_b[i] += ahead_b(TILE_K);
    }
    k += TILE_K;
  }

  store_row(&sums, at, subgroup, thread, 0u);
  if (ROWS > 1u) { store_row(&sums, at, subgroup, thread, 1u); }
  if (ROWS > 2u) { store_row(&sums, at, subgroup, thread, 2u); store_row(&sums, at, subgroup, thread, 3u); }
}
