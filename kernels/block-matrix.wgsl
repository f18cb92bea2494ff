// ---
// frontMatter: 2
// kernelAbi: 2
// name: "{w}-matrix"
// technique: "matrix-tile on {w} weights; a thread decodes a column's next block to f16 on the way to workgroup memory, in two parts where one would round it"
// builds-on: matrix-tile
// formats: {w: [scaled, zero-points], a: [f16], acc: [f32], out: [f32, f16, bf16]}
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
const RUNS = TILE_M * TILE_K / 16u; // of 16 elements along k of a row of A
const OF_A = (RUNS + THREADS - 1u) / THREADS; // a thread copies so many of them
const OF_B = (TILE_N + THREADS - 1u) / THREADS; // and so many columns of B
const STRIDE = TILE_K / 4u + 2u; // of vectors; rows start in different banks
const MATRIX = MATRIX_M * MATRIX_N;
const PARTS = select(2u, 1u, EXACT_IN_F16); // of a weight
const MOST_STEPS = 0x08000000u; // more than any k has

alias Left = subgroup_matrix_left<f16, MATRIX_K, MATRIX_M>;
alias Right = subgroup_matrix_right<f16, MATRIX_N, MATRIX_K>;
alias Result = subgroup_matrix_result<f32, MATRIX_N, MATRIX_M>;

// A row of subgroups shares an array of A, a column of them one of B, as in matrix-tile.
var<workgroup> a_tile: array<array<vec4<f16>, THREAD_M * STRIDE>, BLOCKS_M>; // [m][k]
var<workgroup> b_tile: array<array<array<vec4<f16>, THREAD_N * STRIDE>, PARTS>, BLOCKS_N>; // [n][k]
var<workgroup> c_tile: array<array<f32, MATRIX>, BLOCKS_M * BLOCKS_N>; // one matrix of each subgroup

// Where a thread reads in A or B and which row or column of which block it writes.
struct Line {
  spot: u32,
  scale: u32, // of B alone
  block: u32,
  first: u32, // vector
}

fn run_of_a(at: Place, i: u32) -> Line {
  let row = i * 16u / TILE_K;
  let k = i * 16u % TILE_K;
  return Line(spot_a(at.matrix, at.row + row, at.row_end, k), 0u, row / THREAD_M, row % THREAD_M * STRIDE + k / 4u);
}

fn column_of_b(at: Place, i: u32) -> Line {
  let col = min(at.col + i, problem.n - 1u);
  return Line(spot_b(at.matrix, 0u, col), scale_index(at.matrix, 0u, col), i / THREAD_N, i % THREAD_N * STRIDE);
}

// Beyond k the last vector again, if codes that pad a row are zero; where rows are not whole vectors, element by element.
fn fetch_a(at: Place, step: u32, line: Line, i: u32) -> mat4x4<f16> {
  var vectors: mat4x4<f16>;
  let within = i * 16u % TILE_K;
  // The bound, beyond every operand, tells compilers that what is added does not wrap, so that it becomes part of the load.
  let spot = min(line.spot + ahead_a(TILE_K) * step, 0x0ffffff0u);
  for (var v = 0u; v < 4u; v++) {
    let k = step * TILE_K + within + 4u * v;
    if (A_VECTOR && K_WHOLE) {
      vectors[v] = vector_at_a(spot + ahead_a(4u * v));
    } else if (A_VECTOR && PADS_ARE_ZERO) {
      vectors[v] = vector_at_a(line.spot - ahead_a(within) + ahead_a(min(k, problem.k - 4u)));
    } else {
      vectors[v] = load_a4(at.matrix, min(at.row + i * 16u / TILE_K, at.row_end - 1u), k);
    }
  }
  return vectors;
}

struct Codes32 {
  codes: Codes,
  scales: Stored,
}

fn fetch_b(step: u32, line: Line) -> Codes32 {
  return Codes32(codes_at_b(line.spot + ahead_b(TILE_K) * step), stored_at(line.scale + ahead_scale(TILE_K * step)));
}

// Bounds tell Tint that no constant distance from there needs a check.
fn put_a(vectors: mat4x4<f16>, line: Line, i: u32) {
  if (RUNS % THREADS != 0u && i >= RUNS) { return; }
  let first = min(line.first, THREAD_M * STRIDE - 4u);
  for (var v = 0u; v < 4u; v++) { a_tile[line.block][first + v] = vectors[v]; }
}

struct Parts {
  f16s: vec4<f16>,
  rest: vec4<f16>,
}

// What does not fit an f16 of four weights is a second part.
fn parts_of(weights: vec4<f32>) -> Parts {
  if (EXACT_IN_F16) { return Parts(vec4<f16>(weights), vec4<f16>()); }
  // By bits, because compilers take conversions to f16 and back for doing nothing.
  let most = bitcast<vec4<f32>>(bitcast<vec4<u32>>(weights) & vec4<u32>(0xffffe000u));
  return Parts(vec4<f16>(most), vec4<f16>(weights - most));
}

fn put_b(column: Codes32, line: Line, step: u32, i: u32) {
  if (TILE_N % THREADS != 0u && i >= TILE_N) { return; }
  let scales = REMAINING * scales_of(column.scales);
  // The second scale of a row's last step is another row's where half a step is left.
  let second = select(scales.y, 0.0, SCALE_STEP < 32u && !K_WHOLE && step * TILE_K + 16u >= problem.k);
  let first = min(line.first, (THREAD_N - 1u) * STRIDE);
  for (var e = 0u; e < 4u; e++) {
    let scale = select(second, scales.x, e < 2u);
    let decoded = decode8_affine(column.codes, e);
    let lo = parts_of(scale * decoded.lo - scale * affine_plus(column.scales));
    let hi = parts_of(scale * decoded.hi - scale * affine_plus(column.scales));
    b_tile[line.block][0][first + 2u * e] = lo.f16s;
    b_tile[line.block][0][first + 2u * e + 1u] = hi.f16s;
    if (PARTS > 1u) {
      b_tile[line.block][PARTS - 1u][first + 2u * e] = lo.rest;
      b_tile[line.block][PARTS - 1u][first + 2u * e + 1u] = hi.rest;
    }
  }
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

  var runs: array<Line, OF_A>;
  var lines: array<Line, OF_B>;
  var a: array<mat4x4<f16>, OF_A>;
  var b: array<Codes32, OF_B>;
  for (var i = 0u; i < OF_A; i++) {
    runs[i] = run_of_a(at, thread + i * THREADS);
    a[i] = fetch_a(at, 0u, runs[i], thread + i * THREADS);
  }
  for (var i = 0u; i < OF_B; i++) {
    lines[i] = column_of_b(at, thread + i * THREADS);
    b[i] = fetch_b(0u, lines[i]);
  }

  var sums: Sums;
  let steps = (problem.k + TILE_K - 1u) / TILE_K;
  // Tint sees that this loop ends, and adds no counter of its own.
  for (var step = 0u; step < MOST_STEPS; step++) {
    if (step >= steps) { break; }
    for (var i = 0u; i < OF_A; i++) { put_a(a[i], runs[i], thread + i * THREADS); }
    for (var i = 0u; i < OF_B; i++) { put_b(b[i], lines[i], step, thread + i * THREADS); }
    workgroupBarrier(); // the tiles are complete
    // The next ones on their way; the last for nothing.
    for (var i = 0u; i < OF_A; i++) { a[i] = fetch_a(at, step + 1u, runs[i], thread + i * THREADS); }
    for (var i = 0u; i < OF_B; i++) { b[i] = fetch_b(step + 1u, lines[i]); }
    // Written out, because compilers leave loops of this size rolled, and then keep the sums in memory.
    multiply_step(&sums, block, 0u);
    if (TILE_K > MATRIX_K) { multiply_step(&sums, block, MATRIX_K); }
    for (var k = 2u * MATRIX_K; k < TILE_K; k += MATRIX_K) { multiply_step(&sums, block, k); }
    workgroupBarrier(); // everybody has read them
  }

  store_row(&sums, at, subgroup, thread, 0u);
  if (ROWS > 1u) { store_row(&sums, at, subgroup, thread, 1u); }
  if (ROWS > 2u) { store_row(&sums, at, subgroup, thread, 2u); store_row(&sums, at, subgroup, thread, 3u); }
}
