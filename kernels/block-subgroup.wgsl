// ---
// frontMatter: 2
// kernelAbi: 2
// name: "{w}-subgroup"
// technique: eight lanes load other steps of A and subgroupShuffle hands them round; each lane decodes its own columns of {w} once for all rows
// builds-on: "{w}"
// formats: {w: scaled, a: [f32, f16, bf16, integer-activations], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nt] # blocks run along k
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 16, values: [4, 8, 16], because: 'a thread keeps a sum for every row of its tile'}
//   n: {default: 64, values: [32, 64, 128, 256, 512], derived: THREAD_N * SUBGROUP_MAX, because: 'one subgroup side by side'}
//   k: {default: 32, values: [32], because: 'one load of codes a step, and one vector of A for each of eight lanes'}
// thread:
//   m: {default: 16, values: [4, 8, 16], because: 'a thread decodes its weights once for all of its rows'}
//   n: {default: 8, values: [4, 8], because: 'sums of more columns than 8 spill more than they save'}
// workgroup: [TILE_N / THREAD_N, 1]
// requires: [subgroups]
// only:
//   - {if: SUBGROUP_MIN >= 8 and TILE_N >= 8 * THREAD_N, because: 'the 32 steps of A that go with one load of codes are held by eight lanes'}
//   - {if: TILE_M == THREAD_M, because: 'a thread sums every row of its tile'}
// preferred:
//   - {if: SOFTWARE, rank: 30, because: 'a load is one element after the other on a CPU, so an element is loaded once for a whole subgroup'}
// cuts:
//   - {if: n <= 32, thread: {n: 4}, because: 'few columns leave lanes without any: narrower tiles make more of them'}
// ---

const QUADS_M = THREAD_M / 4u;

// The next 32 elements of four columns.
struct Four {
  codes: array<Codes, 4>,
  scale: vec4<f32>,
  second: vec4<f32>, // of the sixteen steps after the first, where they have one of their own
}

fn load_four(at: Place, first: u32, k: u32) -> Four {
  var four: Four;
  for (var c = 0u; c < 4u; c++) {
    let col = min(first + c, problem.n - 1u);
    four.codes[c] = codes_b(at.matrix, k, col);
    if (SCALE_STEP < 32u) {
      let scales = block_scales(at.matrix, k, col);
      four.scale[c] = scales.x;
      four.second[c] = scales.y;
    } else {
      four.scale[c] = block_scale(at.matrix, k, col);
    }
  }
  return four;
}

// Steps 4·u to 4·u + 7 of a block, one column of a matrix a step, scaled: many rows share a weight, so that is cheaper than
// to scale partial sums.
struct Weights {
  lo: mat4x4<f32>,
  hi: mat4x4<f32>,
}

fn weights(four: Four, u: u32) -> Weights {
  let w = u >> 1u;
  let scale = select(four.scale, four.second, SCALE_STEP < 32u && u >= 4u);
  let b0 = decode8(four.codes[0], w);
  let b1 = decode8(four.codes[1], w);
  let b2 = decode8(four.codes[2], w);
  let b3 = decode8(four.codes[3], w);
  return Weights(
    transpose(mat4x4<f32>(scale.x * b0.lo, scale.y * b1.lo, scale.z * b2.lo, scale.w * b3.lo)),
    transpose(mat4x4<f32>(scale.x * b0.hi, scale.y * b1.hi, scale.z * b2.hi, scale.w * b3.hi)),
  );
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
  let left_col = at.col + 4u * thread;
  let right_col = left_col + 4u * WORKGROUP_X;

  // Loops have few steps of little code each, so that every compiler unrolls them and keeps these arrays in registers.
  var left: array<mat4x4<f32>, QUADS_M>; // column r of a matrix is row r of C
  var right: array<mat4x4<f32>, QUADS_M>;
  for (var k = 0u; k < problem.k; k += 32u) {
    var a: array<mat4x4<f32>, QUADS_M>;
    for (var i = 0u; i < QUADS_M; i++) { a[i] = patch_a(at.matrix, at.row + 4u * i, at.row_end, k + 4u * (lane & 7u)); }
    let left_b = load_four(at, left_col, k);
    let right_b = load_four(at, right_col, k);
    // Its end depends on k, so that it stays rolled: a word's steps fit the instruction cache, a block's do not.
    for (var u = 0u; u < min(8u, (problem.k - k + 3u) / 4u); u += 2u) {
      // All products of one half before any of the other, or both halves of the weights need registers at once.
      let b = weights(left_b, u);
      for (var i = 0u; i < QUADS_M; i++) {
        for (var r = 0u; r < 4u; r++) { left[i][r] += b.lo * subgroupShuffle(a[i][r], u); }
      }
      for (var i = 0u; i < QUADS_M; i++) {
        for (var r = 0u; r < 4u; r++) { left[i][r] += b.hi * subgroupShuffle(a[i][r], u + 1u); }
      }
      if (THREAD_N > 4u) {
        let b = weights(right_b, u);
        for (var i = 0u; i < QUADS_M; i++) {
          for (var r = 0u; r < 4u; r++) { right[i][r] += b.lo * subgroupShuffle(a[i][r], u); }
        }
        for (var i = 0u; i < QUADS_M; i++) {
          for (var r = 0u; r < 4u; r++) { right[i][r] += b.hi * subgroupShuffle(a[i][r], u + 1u); }
        }
      }
    }
  }

  for (var i = 0u; i < QUADS_M; i++) {
    for (var r = 0u; r < 4u; r++) {
      let row = at.row + 4u * i + r;
      if (row >= at.row_end) { continue; }
      store_c4(at.matrix, row, left_col, finish4(left[i][r]));
      if (THREAD_N > 4u) { store_c4(at.matrix, row, right_col, finish4(right[i][r])); }
    }
  }
}
