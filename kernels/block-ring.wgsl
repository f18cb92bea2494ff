// ---
// frontMatter: 2
// kernelAbi: 2
// name: "{w}-ring"
// technique: few rows; a lane takes sixteen columns of {w} in turn, their sums going round in a ring, and A is loaded and handed round once for all of them
// builds-on: "{w}-subgroup"
// formats: {w: scaled, a: [f32, f16, bf16, integer-activations], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nt] # blocks run along k
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 8, values: [1, 2, 3, 4, 6, 8], because: 'a thread keeps a sum for every row of its tile'}
//   n: {default: 128, values: [32, 64, 128, 256, 512, 1024], derived: THREAD_N * SUBGROUP_MAX, because: 'one subgroup side by side'}
//   k: {default: 64, values: [64], because: 'two loads of codes a step, and two vectors of A for each of eight lanes'}
// thread:
//   m: {default: 8, values: [1, 2, 3, 4, 6, 8], because: 'a thread decodes its weights once for all of its rows'}
//   n: {default: 16, values: [4, 8, 16], because: 'handing on the sums of more columns costs more than A costs to load'}
// workgroup: [TILE_N / THREAD_N, 1]
// requires: [subgroups]
// only:
//   - {if: SUBGROUP_MIN >= 8 and TILE_N >= 8 * THREAD_N, because: 'the 32 steps of A that go with one load of codes are held by eight lanes'}
//   - {if: TILE_M == THREAD_M, because: 'a thread sums every row of its tile'}
// preferred:
//   - {if: SOFTWARE and m <= 8, rank: 20, because: 'a lane with few rows takes columns in turn rather than side by side'}
// cuts:
//   - {if: n <= 32, thread: {n: 4}, because: 'few columns leave lanes without any: narrower tiles make more of them'}
//   - {if: n <= 512, thread: {n: 8}, because: 'too few columns to give eight lanes sixteen each and every core a tile'}
// ---

alias Ring = array<array<f32, THREAD_N>, THREAD_M>; // [row][column]; the column whose turn it is comes first
alias Sums = array<f32, THREAD_M>;
const EIGHTS = SCALE_STEP / 8u; // of elements that share a scale

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
      var scale = block_scales(at.matrix, k, col);
      var sums = Sums();
      for (var j = 0u; j < 2u; j++) {
        let codes = codes_b(at.matrix, k + 32u * j, col);
        if (SCALE_STEP < 32u && j > 0u) { scale = block_scales(at.matrix, k + 32u, col); }
        for (var h = 0u; h < 32u / SCALE_STEP; h++) {
          var block = Sums();
          for (var w = EIGHTS * h; w < EIGHTS * (h + 1u); w++) {
            let b = decode8(codes, w);
            for (var i = 0u; i < THREAD_M; i++) {
              block[i] += dot(b.lo, subgroupShuffle(a[i][j], 2u * w));
              block[i] += dot(b.hi, subgroupShuffle(a[i][j], 2u * w + 1u));
            }
          }
          for (var i = 0u; i < THREAD_M; i++) { sums[i] += scale[select(h, j, SCALE_STEP == 32u)] * block[i]; }
        }
      }
      turn(&ring, sums);
    }
    for (var c = turns; c < THREAD_N; c++) { turn(&ring, Sums()); }
  }

  for (var c = 0u; c < turns; c++) {
    let col = at.col + thread + c * WORKGROUP_X;
    for (var i = 0u; i < THREAD_M; i++) {
      let row = at.row + i;
      if (row < at.row_end && col < problem.n) { store_c(at.matrix, row, col, finish(ring[i][0])); }
    }
    turn(&ring, Sums());
  }
}
