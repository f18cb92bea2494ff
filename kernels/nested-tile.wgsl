// ---
// frontMatter: 2
// kernelAbi: 2
// name: nested-tile
// technique: register-tile written out step by step over nested arrays, so that no index in it is worked out or checked; the next tiles are fetched meanwhile
// builds-on: register-tile
// formats: {w: [f32, f16, bf16], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nn, nt, tn]
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 64, values: [32, 64, 128], because: 'each element of B is read once per TILE_M rows'}
//   n: {default: 64, values: [32, 64, 128], because: 'each element of A is read once per TILE_N columns'}
//   k: {default: 16, values: [8, 16, 32], because: 'both tiles must fit in 16 KiB, the least that WebGPU guarantees'}
// thread:
//   m: {default: 8, values: [4, 8], because: 'whole vectors; more than 8 × 8 sums spill out of the registers'}
//   n: {default: 8, values: [4, 8], because: 'whole vectors; more than 8 × 8 sums spill out of the registers'}
// workgroup: [TILE_N / THREAD_N, TILE_M / THREAD_M]
// workgroupBytes: 4 * TILE_K * (TILE_M + TILE_N)
// preferred:
//   - {if: GPU, rank: 60, because: 'more multiply-adds an instruction than any other, on every GPU whose compiler was asked'}
// cuts:
//   - {if: REGISTERS < 128 and m > 32 and n > 32, tile: {k: 32}, thread: {m: 4, n: 4}, because: 'more sums than 4 × 4 spill'}
//   - {if: REGISTERS < 128, thread: {m: 4, n: 4}, because: 'more sums than 4 × 4 spill'}
//   - {if: REGISTERS == 128 and (n % 4 > 0 or k % 4 > 0 or n <= 32), thread: {n: 4}, because: '8 × 8 sums spill beside what gathers vectors from rows that do not begin on one, and beside the copies of few threads'}
//   - {if: REGISTERS > 128 and m >= 512 and n >= 512 and m * n * matrices >= 2097152, tile: {m: 128, n: 128, k: 32}, because: 'enough for 128 such tiles'}
// variants:
//   - name: nested-tile-f16
//     technique: nested-tile on operands stored as f16 that also multiplies and adds in f16, two products an instruction; its error grows with k
//     builds-on: nested-tile
//     formats: {w: [f16], a: [f16], acc: [f16], out: [f32, f16, bf16]}
//     requires: [shader-f16]
//     workgroupBytes: 2 * TILE_K * (TILE_M + TILE_N)
//     preferred:
//       - {if: GPU and m > 16, rank: 8, because: 'only a case that asks for f16 sums may have it; four times as many products an instruction as native-f16-acc'}
// ---

const THREADS = WORKGROUP_X * WORKGROUP_Y;
const STEPS = TILE_K / 4u;
const ROWS = THREAD_M / 4u; // quads of a thread
const COLUMNS = THREAD_N / 4u;
const PATCHES_A = TILE_M / 4u * STEPS; // of 4 × 4 in a tile, and
const PATCHES_B = TILE_N / 4u * STEPS;
const OF_A = (PATCHES_A + THREADS - 1u) / THREADS; // of them that a thread copies
const OF_B = (PATCHES_B + THREADS - 1u) / THREADS;
// Whether the next tiles are on their way while these are multiplied: where they take no more registers than the sums.
const AHEAD = 16u * (OF_A + OF_B) <= THREAD_M * THREAD_N;
// [step of four along k][k][quad of a thread][thread]. All of it but the thread is constant where it is read: constant indexes need
// no bounds check, and loads keep their alignment.
var<workgroup> a_tile: array<array<array<array<vec4<In>, WORKGROUP_Y>, ROWS>, 4>, STEPS>;
var<workgroup> b_tile: array<array<array<array<vec4<In>, WORKGROUP_X>, COLUMNS>, 4>, STEPS>;

alias Sums = array<mat4x4<Acc>, ROWS * COLUMNS>; // column r of a matrix is row r of C

// x is the step of patch i, y its quad. Neighbouring threads take neighbours in memory.
fn patch_at(i: u32, quads: u32, along_k: bool) -> vec2<u32> {
  return select(vec2<u32>(i / quads, i % quads), vec2<u32>(i % STEPS, i / STEPS), along_k);
}

fn put_a(by_k: mat4x4<In>, i: u32) {
  if (PATCHES_A % THREADS != 0u && i >= PATCHES_A) { return; }
  let to = patch_at(i, TILE_M / 4u, A_ALONG_K);
  for (var u = 0u; u < 4u; u++) { a_tile[to.x][u][to.y / WORKGROUP_Y][to.y % WORKGROUP_Y] = by_k[u]; }
}

fn put_b(by_k: mat4x4<In>, i: u32) {
  if (PATCHES_B % THREADS != 0u && i >= PATCHES_B) { return; }
  let to = patch_at(i, TILE_N / 4u, B_ALONG_K);
  for (var u = 0u; u < 4u; u++) { b_tile[to.x][u][to.y / WORKGROUP_X][to.y % WORKGROUP_X] = by_k[u]; }
}

// Zeros from `end` on.
fn before(end: u32, k: u32, by_k: mat4x4<In>) -> mat4x4<In> {
  var kept: mat4x4<In>;
  for (var u = 0u; u < 4u; u++) { kept[u] = select(vec4<In>(), by_k[u], k + u < end); }
  return kept;
}

fn multiply_step(sums: ptr<function, Sums>, local: vec3<u32>, step: u32) {
  for (var u = 0u; u < 4u; u++) {
    for (var i = 0u; i < ROWS; i++) {
      let a = a_tile[step][u][i][local.y];
      for (var j = 0u; j < COLUMNS; j++) {
        let b = b_tile[step][u][j][local.x];
        (*sums)[i * COLUMNS + j] += mat4x4<Acc>(b * a.x, b * a.y, b * a.z, b * a.w);
      }
    }
  }
}

// Written out, because compilers leave loops of this size rolled.
fn multiply(sums: ptr<function, Sums>, local: vec3<u32>) {
  multiply_step(sums, local, 0u);
  multiply_step(sums, local, 1u);
  if (STEPS > 2u) { multiply_step(sums, local, 2u); multiply_step(sums, local, 3u); }
  if (STEPS > 4u) { multiply_step(sums, local, 4u); multiply_step(sums, local, 5u); }
  if (STEPS > 4u) { multiply_step(sums, local, 6u); multiply_step(sums, local, 7u); }
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

  // The first tiles take what k leaves over, so that all others are whole.
  var k = (problem.k - 1u) % TILE_K + 1u;
  var spots_a: array<u32, OF_A>; // of the next tile
  var spots_b: array<u32, OF_B>;
  for (var i = 0u; i < OF_A; i++) {
    let lies = 4u * patch_at(thread + i * THREADS, TILE_M / 4u, A_ALONG_K);
    let by_k = transpose(patch_a(at.matrix, at.row + lies.y, at.row_end, lies.x));
    put_a(before(k, lies.x, by_k), thread + i * THREADS);
    spots_a[i] = spot_a(at.matrix, at.row + lies.y, at.row_end, k + lies.x);
  }
  for (var i = 0u; i < OF_B; i++) {
    let lies = 4u * patch_at(thread + i * THREADS, TILE_N / 4u, B_ALONG_K);
    put_b(before(k, lies.x, patch_b(at.matrix, lies.x, at.col + lies.y)), thread + i * THREADS);
    spots_b[i] = spot_b(at.matrix, k + lies.x, at.col + lies.y);
  }

  var sums: Sums;
  loop {
    workgroupBarrier(); // the tiles are complete
    var a: array<mat4x4<In>, OF_A>;
    var b: array<mat4x4<In>, OF_B>;
    if (AHEAD) { // the last of them for nothing
      for (var i = 0u; i < OF_A; i++) { a[i] = patch_at_a(spots_a[i]); }
      for (var i = 0u; i < OF_B; i++) { b[i] = patch_at_b(spots_b[i]); }
    }
    multiply(&sums, local);
    if (k >= problem.k) { break; }
    workgroupBarrier(); // everybody has read them
    for (var i = 0u; i < OF_A; i++) {
      if (!AHEAD) { a[i] = patch_at_a(spots_a[i]); }
      put_a(transpose(a[i]), thread + i * THREADS);
      spots_a[i] += ahead_a(TILE_K);
    }
    for (var i = 0u; i < OF_B; i++) {
      if (!AHEAD) { b[i] = patch_at_b(spots_b[i]); }
      put_b(b[i], thread + i * THREADS);
      spots_b[i] += ahead_b(TILE_K);
    }
    k += TILE_K;
  }

  for (var i = 0u; i < ROWS; i++) {
    for (var j = 0u; j < COLUMNS; j++) {
      let row = at.row + 4u * (local.y + i * WORKGROUP_Y);
      let col = at.col + 4u * (local.x + j * WORKGROUP_X);
      let four = sums[i * COLUMNS + j];
      for (var r = 0u; r < 4u; r++) { if (row + r < at.row_end) { store_c4(at.matrix, row + r, col, vec4<f32>(four[r])); } }
    }
  }
}
