// ---
// frontMatter: 2
// kernelAbi: 2
// name: "{w}-both-tile"
// technique: "{w}-tile on {w} activations too; rows of A are decoded on the way to workgroup memory as columns of B are"
// builds-on: "{w}-tile"
// formats: {w: scaled-activations, a: ["{w}"], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nt] # blocks run along k
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 64, values: [32, 64, 128], because: 'each weight is decoded once per TILE_M rows'}
//   n: {default: 64, values: [32, 64, 128], because: 'each element of A is read once per TILE_N columns'}
//   k: {default: 32, values: [32], because: 'one load of codes a column'}
// thread:
//   m: {default: 4, values: [4, 8], because: 'whole vectors; the next codes of both operands are on their way beside 4 × 8 sums'}
//   n: {default: 8, values: [4, 8], because: 'whole vectors; more than 8 × 8 sums spill out of the registers'}
// workgroup: [TILE_N / THREAD_N, TILE_M / THREAD_M]
// workgroupBytes: 4 * TILE_K * (TILE_M + TILE_N)
// preferred:
//   - {if: GPU and (m > 16 or REGISTERS < 128), rank: 15, because: 'codes of either operand are decoded once for a whole tile'}
// cuts:
//   - {if: REGISTERS < 128, thread: {n: 4}, because: 'more sums than 4 × 4 spill while codes are decoded'}
//   - {if: REGISTERS > 128 and m >= 512 and n >= 512 and m * n * matrices >= 2097152, tile: {m: 128, n: 128}, thread: {m: 8}, because: 'enough for 128 such tiles, whose threads decode fewer codes each'}
// ---

const THREADS = WORKGROUP_X * WORKGROUP_Y;
const STEPS = TILE_K / 4u;
const ROWS = THREAD_M / 4u; // quads of a thread
const COLUMNS = THREAD_N / 4u;
const OF_A = (TILE_M + THREADS - 1u) / THREADS; // a thread copies so many rows of A
const OF_B = (TILE_N + THREADS - 1u) / THREADS; // and so many columns of B
// Whether the next codes are on their way while these are multiplied.
const AHEAD = THREAD_M * THREAD_N > 16u;

// [step of four along k][k][quad of a thread][thread][element of a quad], since a thread writes a row or a column of elements.
var<workgroup> a_tile: array<array<array<array<array<f32, 4>, WORKGROUP_Y>, ROWS>, 4>, STEPS>;
var<workgroup> b_tile: array<array<array<array<array<f32, 4>, WORKGROUP_X>, COLUMNS>, 4>, STEPS>;

alias Sums = array<mat4x4<f32>, ROWS * COLUMNS>; // column r of a matrix is row r of C

// A row of A or a column of B.
struct Line {
  codes: Codes,
  scales: vec2<f32>, // of the first sixteen elements and of the others
}

fn fetch_b(at: Place, k: u32, i: u32) -> Line {
  let col = min(at.col + i, problem.n - 1u);
  if (SCALE_STEP < 32u) { return Line(codes_b(at.matrix, k, col), block_scales(at.matrix, k, col)); }
  return Line(codes_b(at.matrix, k, col), vec2<f32>(block_scale(at.matrix, k, col)));
}

fn put_b(line: Line, i: u32) {
  if (TILE_N % THREADS != 0u && i >= TILE_N) { return; }
  for (var e = 0u; e < 4u; e++) {
    let b = decode8(line.codes, e);
    let scale = select(line.scales.y, line.scales.x, e < 2u);
    for (var u = 0u; u < 4u; u++) {
      b_tile[2u * e][u][i / (4u * WORKGROUP_X)][i / 4u % WORKGROUP_X][i % 4u] = scale * b.lo[u];
      b_tile[2u * e + 1u][u][i / (4u * WORKGROUP_X)][i / 4u % WORKGROUP_X][i % 4u] = scale * b.hi[u];
    }
  }
}

fn fetch_a(at: Place, k: u32, i: u32) -> Line {
  let row = min(at.row + i, at.row_end - 1u);
  let codes = codes_a(at.matrix, row, k);
  // Beyond k, where codes are zero, the scale of the last element again.
  let last = problem.k - 1u;
  return Line(codes, vec2<f32>(
    a_block_scale(at.matrix, row, min(k, last)),
    a_block_scale(at.matrix, row, min(k + 16u, last)),
  ));
}

fn put_a(line: Line, i: u32) {
  if (TILE_M % THREADS != 0u && i >= TILE_M) { return; }
  for (var e = 0u; e < 4u; e++) {
    let a = decode8(line.codes, e);
    let scale = select(line.scales.y, line.scales.x, e < 2u);
    for (var u = 0u; u < 4u; u++) {
      a_tile[2u * e][u][i / (4u * WORKGROUP_Y)][i / 4u % WORKGROUP_Y][i % 4u] = scale * a.lo[u];
      a_tile[2u * e + 1u][u][i / (4u * WORKGROUP_Y)][i / 4u % WORKGROUP_Y][i % 4u] = scale * a.hi[u];
    }
  }
}

fn multiply_step(sums: ptr<function, Sums>, local: vec3<u32>, step: u32) {
  for (var u = 0u; u < 4u; u++) {
    for (var j = 0u; j < COLUMNS; j++) {
      let b4 = b_tile[step][u][j][local.x];
      let b = vec4<f32>(b4[0], b4[1], b4[2], b4[3]);
      for (var i = 0u; i < ROWS; i++) {
        let a = a_tile[step][u][i][local.y];
        (*sums)[i * COLUMNS + j] += mat4x4<f32>(b * a[0], b * a[1], b * a[2], b * a[3]);
      }
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

  var sums: Sums;
  var rows: array<Line, OF_A>;
  var columns: array<Line, OF_B>;
  if (AHEAD) {
    for (var i = 0u; i < OF_A; i++) { rows[i] = fetch_a(at, 0u, thread + i * THREADS); }
    for (var i = 0u; i < OF_B; i++) { columns[i] = fetch_b(at, 0u, thread + i * THREADS); }
  }
  for (var k = 0u; k < problem.k; k += TILE_K) {
    for (var i = 0u; i < OF_B; i++) {
      if (!AHEAD) { columns[i] = fetch_b(at, k, thread + i * THREADS); }
      put_b(columns[i], thread + i * THREADS);
    }
    for (var i = 0u; i < OF_A; i++) {
      if (!AHEAD) { rows[i] = fetch_a(at, k, thread + i * THREADS); }
      put_a(rows[i], thread + i * THREADS);
    }
    workgroupBarrier(); // the tiles are complete
    if (AHEAD) { // the last ones for nothing
      for (var i = 0u; i < OF_A; i++) { rows[i] = fetch_a(at, k + TILE_K, thread + i * THREADS); }
      for (var i = 0u; i < OF_B; i++) { columns[i] = fetch_b(at, k + TILE_K, thread + i * THREADS); }
    }
    // Written out, because compilers leave loops of this size rolled.
    multiply_step(&sums, local, 0u);
    multiply_step(&sums, local, 1u);
    multiply_step(&sums, local, 2u);
    multiply_step(&sums, local, 3u);
    multiply_step(&sums, local, 4u);
    multiply_step(&sums, local, 5u);
    multiply_step(&sums, local, 6u);
    multiply_step(&sums, local, 7u);
    workgroupBarrier(); // everybody has read them
  }

  for (var i = 0u; i < ROWS; i++) {
    for (var j = 0u; j < COLUMNS; j++) {
      let row = at.row + 4u * (local.y + i * WORKGROUP_Y);
      let col = at.col + 4u * (local.x + j * WORKGROUP_X);
      for (var r = 0u; r < 4u; r++) {
        if (row + r < at.row_end) { store_c4(at.matrix, row + r, col, finish4(sums[i * COLUMNS + j][r])); }
      }
    }
  }
}
