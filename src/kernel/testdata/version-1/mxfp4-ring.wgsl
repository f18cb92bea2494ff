// ---
// frontMatter: 1
// kernelAbi: 1
// name: mxfp4-ring
// technique: few rows; a lane takes sixteen columns of mxfp4 in turn, their sums going round in a ring, and A is loaded and handed round once for all of them
// formats: {w: [mxfp4], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nt] # blocks run along k
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 8, values: [1, 2, 3, 4, 6, 8], because: 'a thread keeps a sum for every row of its tile'}
//   n: {default: 128, values: [32, 64, 128, 256, 512, 1024], follows: THREAD_N * SUBGROUP_MAX, because: 'one subgroup side by side'}
//   k: {default: 64, values: [64], because: 'two loads of codes a step, and two vectors of A for each of eight lanes'}
// thread:
//   m: {default: 8, values: [1, 2, 3, 4, 6, 8], because: 'a thread decodes its weights once for all of its rows'}
//   n: {default: 16, values: [4, 8, 16], because: 'handing on the sums of more columns costs more than A costs to load'}
// workgroup: [TILE_N / THREAD_N, 1]
// requires: [subgroups]
// serves:
//   - {unless: SUBGROUP_MIN >= 8 and TILE_N >= 8 * THREAD_N, because: 'the 32 steps of A that go with one load of codes are held by eight lanes'}
//   - {unless: TILE_M == THREAD_M, because: 'a thread sums every row of its tile'}
//   - {unless: TILE_N <= 256 * THREAD_N, because: 'every WebGPU device allows 256 threads in a workgroup and not all allow more'}
// ---

alias Ring = array<array<f32, THREAD_N>, THREAD_M>; // [row][column]; the column whose turn it is comes first
alias Sums = array<f32, THREAD_M>;

// Of the blocks at k and after it; beyond a row's last block lies the next row's scale. They are 2^-16 too small until C is
// stored: a block's sum times its scale may be more than an f32 holds and C not.
fn block_scales(matrix: u32, k: u32, col: u32) -> vec2<f32> {
  let bytes = scale_two(matrix, k / 32u, col);
  let second = select(0.0, times_e8m0(0x1p-16f, bytes >> 16u), k + 32u < problem.k);
  return vec2<f32>(times_e8m0(0x1p-16f, bytes & 0xffu), second);
}

// Adds to the column whose turn it is, and hands on: an index that is not constant would put the sums into memory.
fn turn(ring: ptr<function, Ring>, sums: Sums) {
  for (var i = 0u; i < THREAD_M; i++) {
    let first = (*ring)[i][0] + sums[i];
    for (var c = 1u; c < THREAD_N; c++) { (*ring)[i][c - 1u] = (*ring)[i][c]; }
    (*ring)[i][THREAD_N - 1u] = first;
  }
}

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let at = place(workgroup, workgroups);
  if (!at.live) { return; }
  // Neighbouring threads take neighbouring columns, and the workgroup only as many turns as there are columns for.
  let turns = min(THREAD_N, (problem.n - at.col + WORKGROUP_X - 1u) / WORKGROUP_X);

  var ring: Ring;
  for (var k = 0u; k < problem.k; k += TILE_K) {
    var a: array<array<vec4<f32>, 2>, THREAD_M>; // a lane's four of 32 steps, twice
    for (var i = 0u; i < THREAD_M; i++) {
      let row = min(at.row + i, at.row_end - 1u);
      for (var j = 0u; j < 2u; j++) { a[i][j] = load_a4(at.matrix, row, k + 32u * j + 4u * (lane & 7u)); }
    }
    // Its end depends on n, so that it stays rolled; the loops inside it have constant ends and few steps, so that every
    // compiler unrolls them and keeps these arrays in registers.
    for (var c = 0u; c < turns; c++) {
      let col = min(at.col + thread + c * WORKGROUP_X, problem.n - 1u);
      let scale = block_scales(at.matrix, k, col);
      var sums = Sums();
      for (var j = 0u; j < 2u; j++) {
        let codes = words_b32(at.matrix, k + 32u * j, col);
        var block = Sums();
        for (var w = 0u; w < 4u; w++) {
          let b = e2m1_eight(codes[w]);
          for (var i = 0u; i < THREAD_M; i++) {
            block[i] += dot(b.lo, subgroupShuffle(a[i][j], 2u * w));
            block[i] += dot(b.hi, subgroupShuffle(a[i][j], 2u * w + 1u));
          }
        }
        for (var i = 0u; i < THREAD_M; i++) { sums[i] += scale[j] * block[i]; }
      }
      turn(&ring, sums);
    }
    for (var c = turns; c < THREAD_N; c++) { turn(&ring, Sums()); }
  }

  for (var c = 0u; c < turns; c++) {
    let col = at.col + thread + c * WORKGROUP_X;
    for (var i = 0u; i < THREAD_M; i++) {
      let row = at.row + i;
      if (row < at.row_end && col < problem.n) { store_c(at.matrix, row, col, 0x1p14f * ring[i][0]); }
    }
    turn(&ring, Sums());
  }
}
