// ---
// frontMatter: 2
// kernelAbi: 2
// name: "{w}-dots-tile"
// technique: "{w}-dots in tiles: codes of either operand become bytes on the way to workgroup memory, and a thread multiplies four at once for all of its sums"
// builds-on: "{w}-dots"
// formats: {w: integers, a: integer-activations, acc: [f32], out: [f32, f16, bf16]}
// layouts: [nt] # blocks run along k
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 64, values: [32, 64, 128], because: 'each weight is decoded once per TILE_M rows'}
//   n: {default: 64, values: [32, 64, 128], because: 'each element of A is read once per TILE_N columns'}
//   k: {default: 32, values: [32], because: 'elements of A that share a scale'}
// thread:
//   m: {default: 4, values: [4, 8], because: 'whole vectors; sums of a block are kept beside the sums'}
//   n: {default: 8, values: [4, 8], because: 'whole vectors; sums of a block are kept beside the sums'}
// workgroup: [TILE_N / THREAD_N, TILE_M / THREAD_M]
// workgroupBytes: TILE_K * (TILE_M + TILE_N) + 4 * TILE_M + 8 * TILE_N
// requires: [packed_4x8_integer_dot_product]
// preferred:
//   - {if: GPU and m > 16, rank: 15, because: 'codes of either operand become bytes once for a whole tile'}
// cuts:
//   - {if: REGISTERS < 128, thread: {n: 4}, because: 'more sums than 4 × 4, of blocks and of all, spill'}
// ---

const THREADS = WORKGROUP_X * WORKGROUP_Y;
const ROWS = THREAD_M / 4u; // quads of a thread
const COLUMNS = THREAD_N / 4u;
const OF_A = (2u * TILE_M + THREADS - 1u) / THREADS; // halves of a row's block that a thread copies
const OF_B = (2u * TILE_N + THREADS - 1u) / THREADS;
// Whether the next codes are on their way while these are multiplied.
const AHEAD = THREAD_M * THREAD_N > 16u;
// Whether the sums of integers go on from step to step, whose scales are the same, and there are registers for them beside the next codes.
const KEPT = INTEGER_RUN > TILE_K && AHEAD;

// [half of a block][four along k][quad of a thread][thread][element of a quad]. All of it but the thread is constant where it is read.
var<workgroup> a_tile: array<array<array<array<array<u32, 4>, WORKGROUP_Y>, ROWS>, 4>, 2>;
var<workgroup> b_tile: array<array<array<array<array<u32, 4>, WORKGROUP_X>, COLUMNS>, 4>, 2>;
var<workgroup> a_scale: array<array<array<f32, 4>, WORKGROUP_Y>, ROWS>;
var<workgroup> b_scale: array<array<array<array<f32, 4>, WORKGROUP_X>, COLUMNS>, 2>;

alias Sums = array<mat4x4<f32>, ROWS * COLUMNS>; // column r of a matrix is row r of C
alias Dots = array<array<vec4<i32>, 4>, ROWS * COLUMNS>; // not yet scaled

// Sixteen elements of a row of A or of a column of B.
struct HalfRow {
  codes: vec4<u32>,
  scale: f32,
}
struct HalfColumn {
  codes: Sixteen,
  scale: f32,
  zero: f32,
}

// Beyond k codes are zero, and the scale is the last element's.
fn fetch_a(at: Place, k: u32, i: u32) -> HalfRow {
  let row = min(at.row + i % TILE_M, at.row_end - 1u);
  let first = min(k, problem.k - 1u);
  let codes = words_a16(at.matrix, row, k + i / TILE_M * 16u);
  if (A_ROW_SCALE) { return HalfRow(codes, 1.0); }
  return HalfRow(codes, a_block_scale(at.matrix, row, first));
}

fn fetch_b(at: Place, k: u32, i: u32) -> HalfColumn {
  let col = min(at.col + i % TILE_N, problem.n - 1u);
  let first = min(k + i / TILE_N * 16u, problem.k - 1u);
  let codes = codes_b16(at.matrix, k + i / TILE_N * 16u, col);
  let zero = block_zero(at.matrix, first, col);
  if (KEPT) { return HalfColumn(codes, 1.0, zero); }
  return HalfColumn(codes, block_scale(at.matrix, first, col), zero);
}

fn put_a(half: HalfRow, i: u32) {
  if (2u * TILE_M % THREADS != 0u && i >= 2u * TILE_M) { return; }
  let bytes = bytes_a(half.codes);
  let row = i % TILE_M;
  for (var u = 0u; u < 4u; u++) { a_tile[i / TILE_M][u][row / (4u * WORKGROUP_Y)][row / 4u % WORKGROUP_Y][row % 4u] = bytes[u]; }
  if (A_ROW_SCALE) { return; }
  a_scale[row / (4u * WORKGROUP_Y)][row / 4u % WORKGROUP_Y][row % 4u] = half.scale; // the same from both halves
}

fn put_b(half: HalfColumn, i: u32) {
  if (2u * TILE_N % THREADS != 0u && i >= 2u * TILE_N) { return; }
  let bytes = bytes_b(half.codes, half.zero);
  let col = i % TILE_N;
  for (var u = 0u; u < 4u; u++) { b_tile[i / TILE_N][u][col / (4u * WORKGROUP_X)][col / 4u % WORKGROUP_X][col % 4u] = bytes[u]; }
  if (KEPT) { return; }
  b_scale[i / TILE_N][col / (4u * WORKGROUP_X)][col / 4u % WORKGROUP_X][col % 4u] = half.scale;
}

fn multiply_half(dots: ptr<function, Dots>, local: vec3<u32>, half: u32) {
  for (var u = 0u; u < 4u; u++) {
    for (var i = 0u; i < ROWS; i++) {
      let a = a_tile[half][u][i][local.y];
      for (var j = 0u; j < COLUMNS; j++) {
        let b = b_tile[half][u][j][local.x];
        for (var r = 0u; r < 4u; r++) {
          let products = vec4<i32>(dot4I8Packed(a[r], b[0]), dot4I8Packed(a[r], b[1]), dot4I8Packed(a[r], b[2]), dot4I8Packed(a[r], b[3]));
          (*dots)[i * COLUMNS + j][r] += products;
        }
      }
    }
  }
}

// Scales of the elements at k: of rows 4 · i on of a thread, and of such columns. Those of single steps are in workgroup memory.
fn scales_a(at: Place, k: u32, local: vec3<u32>, i: u32) -> vec4<f32> {
  if (!A_ROW_SCALE) { return vec4<f32>(a_scale[i][local.y][0], a_scale[i][local.y][1], a_scale[i][local.y][2], a_scale[i][local.y][3]); }
  var four: vec4<f32>;
  for (var r = 0u; r < 4u; r++) {
    four[r] = a_block_scale(at.matrix, min(at.row + 4u * (local.y + i * WORKGROUP_Y) + r, at.row_end - 1u), k);
  }
  return four;
}

fn scales_b(at: Place, k: u32, local: vec3<u32>, half: u32, j: u32) -> vec4<f32> {
  if (!KEPT) {
    let four = b_scale[half][j][local.x];
    return vec4<f32>(four[0], four[1], four[2], four[3]);
  }
  var four: vec4<f32>;
  for (var c = 0u; c < 4u; c++) {
    four[c] = block_scale(at.matrix, k, min(at.col + 4u * (local.x + j * WORKGROUP_X) + c, problem.n - 1u));
  }
  return four;
}

fn scale_half(sums: ptr<function, Sums>, dots: ptr<function, Dots>, at: Place, k: u32, local: vec3<u32>, half: u32) {
  for (var i = 0u; i < ROWS; i++) {
    var of_a = vec4<f32>(1.0);
    if (!A_ROW_SCALE) { of_a = scales_a(at, k, local, i); }
    for (var j = 0u; j < COLUMNS; j++) {
      let of_b = scales_b(at, k, local, half, j);
      for (var r = 0u; r < 4u; r++) { (*sums)[i * COLUMNS + j][r] += of_a[r] * of_b * vec4<f32>((*dots)[i * COLUMNS + j][r]); }
    }
  }
  *dots = Dots();
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

  var sums: Sums;
  var dots: Dots;
  var rows: array<HalfRow, OF_A>;
  var columns: array<HalfColumn, OF_B>;
  if (AHEAD) {
    for (var i = 0u; i < OF_A; i++) { rows[i] = fetch_a(at, 0u, thread + i * THREADS); }
    for (var i = 0u; i < OF_B; i++) { columns[i] = fetch_b(at, 0u, thread + i * THREADS); }
  }
  for (var k = 0u; k < problem.k; k += TILE_K) {
    if (!AHEAD) { dots = Dots(); } // as they are already, which compilers cannot know: they would keep them beside the codes
    for (var i = 0u; i < OF_A; i++) {
      if (!AHEAD) { rows[i] = fetch_a(at, k, thread + i * THREADS); }
      put_a(rows[i], thread + i * THREADS);
    }
    for (var i = 0u; i < OF_B; i++) {
      if (!AHEAD) { columns[i] = fetch_b(at, k, thread + i * THREADS); }
      put_b(columns[i], thread + i * THREADS);
    }
    workgroupBarrier(); // the tiles are complete
    if (AHEAD) { // the last ones for nothing
      for (var i = 0u; i < OF_A; i++) { rows[i] = fetch_a(at, k + TILE_K, thread + i * THREADS); }
      for (var i = 0u; i < OF_B; i++) { columns[i] = fetch_b(at, k + TILE_K, thread + i * THREADS); }
    }
    // Its end depends on k, so that it stays rolled where registers are few: compilers load both halves at once, and spill.
    for (var half = select(0u, 2u, AHEAD); half < min(2u, problem.k + 1u); half++) {
      multiply_half(&dots, local, half);
      if (SCALE_STEP < 32u || (!KEPT && half == 1u)) { scale_half(&sums, &dots, at, k, local, half); }
    }
    if (AHEAD) {
      multiply_half(&dots, local, 0u);
      if (SCALE_STEP < 32u) { scale_half(&sums, &dots, at, k, local, 0u); }
      multiply_half(&dots, local, 1u);
      if (!KEPT) { scale_half(&sums, &dots, at, k, local, 1u); }
    }
    if (KEPT && ((k + TILE_K) % INTEGER_RUN == 0u || k + TILE_K >= problem.k)) { scale_half(&sums, &dots, at, k, local, 1u); }
    workgroupBarrier(); // everybody has read them
  }

  for (var i = 0u; i < ROWS; i++) {
    var of_a = vec4<f32>(1.0);
    if (A_ROW_SCALE) { of_a = scales_a(at, 0u, local, i); }
    for (var j = 0u; j < COLUMNS; j++) {
      let row = at.row + 4u * (local.y + i * WORKGROUP_Y);
      let col = at.col + 4u * (local.x + j * WORKGROUP_X);
      for (var r = 0u; r < 4u; r++) {
        if (row + r < at.row_end) { store_c4(at.matrix, row + r, col, finish4(of_a[r] * sums[i * COLUMNS + j][r])); }
      }
    }
  }
}
