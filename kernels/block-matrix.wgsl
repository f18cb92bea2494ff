// ---
// frontMatter: 2
// kernelAbi: 2
// name: "{w}-matrix"
// technique: "matrix-tile on {w} weights; a thread decodes a column's next block to f16 on the way to workgroup memory, in two parts where one would round it"
// builds-on: matrix-tile
// formats: {w: scaled, a: [f16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nt] # blocks run along k
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 128, values: [16, 32, 64, 128], derived: 2 * THREAD_M, because: 'two rows of subgroups'}
//   n: {default: 128, values: [16, 32, 64, 128], derived: 2 * THREAD_N, because: 'two columns of subgroups'}
//   k: {default: 32, values: [32], because: 'one load of codes a column'}
// thread: # a subgroup's here: its threads share every matrix
//   m: {default: 64, values: [8, 16, 32, 64], derived: 4 * MATRIX_M, because: 'the sums of a subgroup live in its registers'}
//   n: {default: 64, values: [8, 16, 32, 64], derived: 4 * MATRIX_N, because: 'the sums of a subgroup live in its registers'}
// workgroup: [TILE_M / THREAD_M * (TILE_N / THREAD_N) * SUBGROUP_MIN, 1]
// workgroupBytes: 2 * (TILE_M + 2 * TILE_N) * (TILE_K + 8) + 4 * MATRIX_M * MATRIX_N * (TILE_M / THREAD_M) * (TILE_N / THREAD_N)
// requires: [shader-f16, subgroups, subgroup-size-control, chromium-experimental-subgroup-matrix]
// only:
//   - {if: MATRIX_M > 0, because: 'the device has no product of f16 matrices summed in f32'}
//   - {if: THREAD_M % MATRIX_M == 0 and THREAD_N % MATRIX_N == 0 and TILE_K % MATRIX_K == 0, because: 'tiles are made of whole matrices of the device'}
//   - {if: THREAD_M <= 4 * MATRIX_M and THREAD_N <= 4 * MATRIX_N, because: 'a subgroup has four rows and four columns of matrices at most'}
// preferred:
//   - {if: GPU and m >= 16, rank: 12, because: 'matrix units multiply many times as fast, and codes are decoded once for all rows of a tile'}
// cuts:
//   - {if: MATRIX_M == 16 and MATRIX_N == 16 and m <= 32, thread: {m: 16}, because: 'no more rows than there are'}
//   - {if: MATRIX_M == 16 and MATRIX_N == 16 and (m <= 64 or REGISTERS < 256), thread: {m: 32}, because: 'no more rows than there are, and registers for sums and codes'}
// ---

const THREADS = WORKGROUP_X;
const BLOCKS_M = TILE_M / THREAD_M; // subgroups
const BLOCKS_N = TILE_N / THREAD_N;
const ROWS = THREAD_M / MATRIX_M; // of matrices in a block
const COLUMNS = THREAD_N / MATRIX_N;
const STEPS = TILE_K / 4u;
const PATCHES = TILE_M / 4u * STEPS; // of A, 4 × 4
const OF_A = (PATCHES + THREADS - 1u) / THREADS; // a thread copies so many patches of A
const OF_B = (TILE_N + THREADS - 1u) / THREADS; // and so many columns of B
const STRIDE = TILE_K / 4u + 2u; // of vectors; rows start in different banks
const MATRIX = MATRIX_M * MATRIX_N;
const PARTS = select(2u, 1u, EXACT_IN_F16); // of a weight

alias Left = subgroup_matrix_left<f16, MATRIX_K, MATRIX_M>;
alias Right = subgroup_matrix_right<f16, MATRIX_N, MATRIX_K>;
alias Result = subgroup_matrix_result<f32, MATRIX_N, MATRIX_M>;

// A row of subgroups shares an array of A, a column of them one of B, as in matrix-tile.
var<workgroup> a_tile: array<array<vec4<f16>, THREAD_M * STRIDE>, BLOCKS_M>; // [m][k]
var<workgroup> b_tile: array<array<array<vec4<f16>, THREAD_N * STRIDE>, PARTS>, BLOCKS_N>; // [n][k]
var<workgroup> c_tile: array<array<f32, MATRIX>, BLOCKS_M * BLOCKS_N>; // one matrix of each subgroup

struct Column {
  codes: Codes,
  scales: vec2<f32>, // of the first sixteen elements and of the others
}

fn fetch_b(at: Place, k: u32, i: u32) -> Column {
  let col = min(at.col + i, problem.n - 1u);
  if (SCALE_STEP < 32u) { return Column(codes_b(at.matrix, k, col), block_scales(at.matrix, k, col)); }
  return Column(codes_b(at.matrix, k, col), vec2<f32>(block_scale(at.matrix, k, col)));
}

// What f16 rounds away of four weights is a second part.
fn put_parts(block: u32, first: u32, weights: vec4<f32>) {
  // By bits, because compilers take rounding to f16 and back for doing nothing.
  let rounded = bitcast<vec4<f32>>((bitcast<vec4<u32>>(weights) + vec4<u32>(0x1000u)) & vec4<u32>(0xffffe000u));
  b_tile[block][0][first] = vec4<f16>(rounded);
  b_tile[block][PARTS - 1u][first] = vec4<f16>(weights - rounded);
}

fn put_b(column: Column, i: u32) {
  if (TILE_N % THREADS != 0u && i >= TILE_N) { return; }
  let block = i / THREAD_N;
  let first = i % THREAD_N * STRIDE;
  for (var e = 0u; e < 4u; e++) {
    let scale = REMAINING * select(column.scales.y, column.scales.x, e < 2u);
    if (EXACT_IN_F16) {
      let b = decode8_f16(column.codes, e);
      b_tile[block][0][first + 2u * e] = f16(scale) * b.lo;
      b_tile[block][0][first + 2u * e + 1u] = f16(scale) * b.hi;
    } else {
      let b = decode8(column.codes, e);
      put_parts(block, first + 2u * e, scale * b.lo);
      put_parts(block, first + 2u * e + 1u, scale * b.hi);
    }
  }
}

// Patch i of A: x is its step, y its quad.
fn patch_at(i: u32) -> vec2<u32> {
  return vec2<u32>(i % STEPS, i / STEPS);
}

// Beyond k the last vector again, since codes that pad a row are zero; where rows are not whole vectors, element by element.
fn fetch_a(at: Place, k: u32, i: u32, spot: u32) -> mat4x4<f16> {
  let lies = 4u * patch_at(i);
  if (A_VECTOR) { return patch_at_a(spot + ahead_a(min(k + lies.x, problem.k - 4u))); }
  return patch_a(at.matrix, at.row + lies.y, at.row_end, k + lies.x);
}

// Vectors along k, of four rows.
fn put_a(vectors: mat4x4<f16>, i: u32) {
  if (PATCHES % THREADS != 0u && i >= PATCHES) { return; }
  let lies = patch_at(i);
  let first = 4u * lies.y % THREAD_M * STRIDE + lies.x;
  for (var v = 0u; v < 4u; v++) { a_tile[4u * lies.y / THREAD_M][first + v * STRIDE] = vectors[v]; }
}

alias Sums = array<Result, ROWS * COLUMNS>;

fn multiply_row(sums: ptr<function, Sums>, right: ptr<function, array<Right, COLUMNS>>, block: vec2<u32>, k: u32, i: u32) {
  let left = subgroupMatrixLoad<Left, row_major>(&a_tile[block.y], i * MATRIX_M * STRIDE + k / 4u, STRIDE);
  for (var j = 0u; j < COLUMNS; j++) {
    (*sums)[i * COLUMNS + j] = subgroupMatrixMultiplyAccumulate(left, (*right)[j], (*sums)[i * COLUMNS + j]);
  }
}

fn multiply_part(sums: ptr<function, Sums>, block: vec2<u32>, k: u32, part: u32) {
  var right: array<Right, COLUMNS>;
  for (var j = 0u; j < COLUMNS; j++) {
    right[j] = subgroupMatrixLoad<Right, col_major>(&b_tile[block.x][part], j * MATRIX_N * STRIDE + k / 4u, STRIDE);
  }
  multiply_row(sums, &right, block, k, 0u);
  if (ROWS > 1u) { multiply_row(sums, &right, block, k, 1u); }
  if (ROWS > 2u) { multiply_row(sums, &right, block, k, 2u); multiply_row(sums, &right, block, k, 3u); }
}

fn multiply_step(sums: ptr<function, Sums>, block: vec2<u32>, k: u32) {
  multiply_part(sums, block, k, 0u);
  if (PARTS > 1u) { multiply_part(sums, block, k, PARTS - 1u); }
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
    if (row < at.row_end) { store_c4(at.matrix, row, col, finish4(values * (1.0 / REMAINING))); }
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

  var spots: array<u32, OF_A>; // of rows of A
  for (var i = 0u; i < OF_A; i++) {
    spots[i] = spot_a(at.matrix, at.row + 4u * patch_at(thread + i * THREADS).y, at.row_end, 0u);
  }

  var sums: Sums;
  var a: array<mat4x4<f16>, OF_A>;
  var columns: array<Column, OF_B>;
  for (var i = 0u; i < OF_A; i++) { a[i] = fetch_a(at, 0u, thread + i * THREADS, spots[i]); }
  for (var i = 0u; i < OF_B; i++) { columns[i] = fetch_b(at, 0u, thread + i * THREADS); }
  for (var k = 0u; k < problem.k; k += TILE_K) {
    for (var i = 0u; i < OF_A; i++) { put_a(a[i], thread + i * THREADS); }
    for (var i = 0u; i < OF_B; i++) { put_b(columns[i], thread + i * THREADS); }
    workgroupBarrier(); // the tiles are complete
    // The next ones on their way; the last for nothing.
    for (var i = 0u; i < OF_A; i++) { a[i] = fetch_a(at, k + TILE_K, thread + i * THREADS, spots[i]); }
    for (var i = 0u; i < OF_B; i++) { columns[i] = fetch_b(at, k + TILE_K, thread + i * THREADS); }
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
