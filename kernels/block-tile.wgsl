// ---
// frontMatter: 2
// kernelAbi: 2
// name: "{w}-tile"
// technique: nested-tile on {w} weights; a thread decodes a column's next block on the way to workgroup memory, once for all rows of the tile
// builds-on: nested-tile
// formats: {w: [scaled, zero-points], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nt] # blocks run along k
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 64, values: [32, 64, 128], because: 'each weight is decoded once per TILE_M rows'}
//   n: {default: 64, values: [32, 64, 128], because: 'each element of A is read once per TILE_N columns'}
//   k: {default: 32, values: [32], because: 'one load of codes a column'}
// thread:
//   m: {default: 4, values: [4, 8], because: 'whole vectors; the next codes are on their way beside 4 × 8 sums'}
//   n: {default: 8, values: [4, 8], because: 'whole vectors; more than 8 × 8 sums spill out of the registers'}
// workgroup: [TILE_N / THREAD_N, TILE_M / THREAD_M]
// workgroupBytes: 4 * TILE_K * (TILE_M + TILE_N)
// preferred:
//   - {if: GPU and m > 16, rank: 25, because: 'codes are decoded once for all rows of a tile'}
// cuts:
//   - {if: REGISTERS < 128, thread: {n: 4}, because: 'more sums than 4 × 4 spill while codes are decoded'}
//   - {if: REGISTERS > 128 and m >= 512 and n >= 512 and m * n * matrices >= 2097152, tile: {m: 128, n: 128}, thread: {m: 8}, because: 'enough for 128 such tiles, whose threads decode fewer codes each'}
// ---

const THREADS = WORKGROUP_X * WORKGROUP_Y;
const STEPS = TILE_K / 4u;
const ROWS = THREAD_M / 4u; // quads of a thread
const COLUMNS = THREAD_N / 4u;
const PATCHES = TILE_M / 4u * STEPS; // of A, 4 × 4
const OF_A = (PATCHES + THREADS - 1u) / THREADS; // a thread copies so many patches of A
const OF_B = (TILE_N + THREADS - 1u) / THREADS; // and so many columns of B
// Whether the next codes are on their way while these are multiplied.
const AHEAD = THREAD_M * THREAD_N > 16u;

// [step of four along k][k][quad of a thread][thread], as in nested-tile; B by elements, since a thread writes a column of them.
var<workgroup> a_tile: array<array<array<array<vec4<f32>, WORKGROUP_Y>, ROWS>, 4>, STEPS>;
var<workgroup> b_tile: array<array<array<array<array<f32, 4>, WORKGROUP_X>, COLUMNS>, 4>, STEPS>;

alias Sums = array<mat4x4<f32>, ROWS * COLUMNS>; // column r of a matrix is row r of C

struct Column {
  codes: Codes,
  scales: vec2<f32>, // of the first sixteen elements and of the others
  zero: f32,
}

fn fetch_b(at: Place, k: u32, i: u32) -> Column {
  let col = min(at.col + i, problem.n - 1u);
  if (SCALE_STEP < 32u) { return Column(codes_b(at.matrix, k, col), block_scales(at.matrix, k, col), 0.0); }
  return Column(codes_b(at.matrix, k, col), vec2<f32>(block_scale(at.matrix, k, col)), block_zero(at.matrix, k, col));
}

fn put_b(column: Column, i: u32) {
  if (TILE_N % THREADS != 0u && i >= TILE_N) { return; }
  for (var e = 0u; e < 4u; e++) {
    var b = decode8(column.codes, e);
    if (!PADS_ARE_ZERO) { b = Eight(b.lo - column.zero, b.hi - column.zero); }
    let scale = select(column.scales.y, column.scales.x, e < 2u);
    for (var u = 0u; u < 4u; u++) {
      b_tile[2u * e][u][i / (4u * WORKGROUP_X)][i / 4u % WORKGROUP_X][i % 4u] = scale * b.lo[u];
      b_tile[2u * e + 1u][u][i / (4u * WORKGROUP_X)][i / 4u % WORKGROUP_X][i % 4u] = scale * b.hi[u];
    }
  }
}

// Patch i of A: x is its step, y its quad. From the last thread on, while the first decode.
fn patch_at(i: u32) -> vec2<u32> {
  let turned = OF_A * THREADS - 1u - i;
  return vec2<u32>(turned % STEPS, turned / STEPS);
}

// Beyond k the last vector again, if codes that pad a row are zero; where rows are not whole vectors, element by element.
fn fetch_a(at: Place, k: u32, i: u32, spot: u32) -> mat4x4<f32> {
  let lies = 4u * patch_at(i);
  if (A_VECTOR && (K_WHOLE || PADS_ARE_ZERO)) { return patch_at_a(spot + ahead_a(min(k + lies.x, problem.k - 4u))); }
  return patch_a(at.matrix, at.row + lies.y, at.row_end, k + lies.x);
}

fn put_a(by_k: mat4x4<f32>, i: u32) {
  let to = patch_at(i);
  if (PATCHES % THREADS != 0u && to.y >= TILE_M / 4u) { return; }
  for (var u = 0u; u < 4u; u++) { a_tile[to.x][u][to.y / WORKGROUP_Y][to.y % WORKGROUP_Y] = by_k[u]; }
}

fn multiply_step(sums: ptr<function, Sums>, local: vec3<u32>, step: u32) {
  for (var u = 0u; u < 4u; u++) {
    for (var j = 0u; j < COLUMNS; j++) {
      let b4 = b_tile[step][u][j][local.x];
      let b = vec4<f32>(b4[0], b4[1], b4[2], b4[3]);
      for (var i = 0u; i < ROWS; i++) {
        let a = a_tile[step][u][i][local.y];
        (*sums)[i * COLUMNS + j] += mat4x4<f32>(b * a.x, b * a.y, b * a.z, b * a.w);
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
  var spots: array<u32, OF_A>; // of rows of A
  for (var i = 0u; i < OF_A; i++) {
    spots[i] = spot_a(at.matrix, at.row + 4u * patch_at(thread + i * THREADS).y, at.row_end, 0u);
  }

  var sums: Sums;
  var columns: array<Column, OF_B>;
  if (AHEAD) { for (var i = 0u; i < OF_B; i++) { columns[i] = fetch_b(at, 0u, thread + i * THREADS); } }
  for (var k = 0u; k < problem.k; k += TILE_K) {
    for (var i = 0u; i < OF_B; i++) {
      if (!AHEAD) { columns[i] = fetch_b(at, k, thread + i * THREADS); }
      put_b(columns[i], thread + i * THREADS);
    }
    for (var i = 0u; i < OF_A; i++) {
      put_a(transpose(fetch_a(at, k, thread + i * THREADS, spots[i])), thread + i * THREADS);
    }
    workgroupBarrier(); // the tiles are complete
    if (AHEAD) { // the last ones for nothing
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
