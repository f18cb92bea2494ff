// ---
// frontMatter: 1
// kernelAbi: 1
// name: mxfp4-subgroup
// technique: eight lanes load other steps of A and subgroupShuffle hands them round; each lane decodes its own columns of mxfp4 once for all rows
// formats: {w: [mxfp4], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nt] # blocks run along k
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 16, values: [4, 8, 16], because: 'a thread keeps a sum for every row of its tile'}
//   n: {default: 64, values: [32, 64, 128, 256, 512], follows: THREAD_N * SUBGROUP_MAX, because: 'one subgroup side by side'}
//   k: {default: 32, values: [32], because: 'one load of codes a step, and one vector of A for each of eight lanes'}
// thread:
//   m: {default: 16, values: [4, 8, 16], because: 'a thread decodes its weights once for all of its rows'}
//   n: {default: 8, values: [4, 8], because: 'sums of more columns than 8 spill more than they save'}
// workgroup: [TILE_N / THREAD_N, 1]
// requires: [subgroups]
// serves:
//   - {unless: SUBGROUP_MIN >= 8 and TILE_N >= 8 * THREAD_N, because: 'the 32 steps of A that go with one load of codes are held by eight lanes'}
//   - {unless: TILE_M == THREAD_M, because: 'a thread sums every row of its tile'}
//   - {unless: TILE_N <= 256 * THREAD_N, because: 'every WebGPU device allows 256 threads in a workgroup and not all allow more'}
// ---

const QUADS_M = THREAD_M / 4u;

// One block of four columns. Scales are 2^-16 too small until C is stored: a code times its scale may be more than an f32 holds
// and the sum of its products not.
struct Four {
  codes: array<vec4<u32>, 4>,
  scale: vec4<f32>,
}

fn load_four(at: Place, first: u32, k: u32) -> Four {
  var four: Four;
  for (var c = 0u; c < 4u; c++) {
    let col = min(first + c, problem.n - 1u);
    four.codes[c] = words_b32(at.matrix, k, col);
    four.scale[c] = times_e8m0(0x1p-16f, scale_byte(at.matrix, k / 32u, col));
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
  let scale = four.scale;
  let b0 = e2m1_eight(four.codes[0][w]);
  let b1 = e2m1_eight(four.codes[1][w]);
  let b2 = e2m1_eight(four.codes[2][w]);
  let b3 = e2m1_eight(four.codes[3][w]);
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
      store_c4(at.matrix, row, left_col, 0x1p14f * left[i][r]);
      if (THREAD_N > 4u) { store_c4(at.matrix, row, right_col, 0x1p14f * right[i][r]); }
    }
  }
}
