// ---
// frontMatter: 1
// kernelAbi: 1
// name: nvfp4-both
// technique: NVFP4 weights and activations, two blocks of 16 to a load; both become f32 by moving bits, and a pair of blocks is scaled once
// formats: {w: [nvfp4], a: [nvfp4], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nt] # blocks run along k
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 32, values: [1, 2, 4, 8, 16, 32, 64], because: 'threads of a workgroup share what the cache holds'}
//   n: {default: 64, values: [16, 32, 64, 128], because: 'threads of a workgroup share what the cache holds'}
//   k: {default: 32, values: [32], because: 'one load of codes a step'}
// thread:
//   m: {default: 8, values: [1, 2, 4, 8, 16], because: 'a thread decodes its columns once for all of its rows, and its rows once for all of its columns'}
//   n: {default: 4, values: [4, 8], because: 'a thread decodes its columns once for all of its rows, and its rows once for all of its columns'}
// workgroup: [TILE_N / THREAD_N, TILE_M / THREAD_M]
// serves:
//   - {unless: TILE_M * TILE_N / (THREAD_M * THREAD_N) <= 256, because: 'every WebGPU device allows 256 threads in a workgroup and not all allow more'}
// ---

const SUMS = THREAD_M * THREAD_N;

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let at = place(workgroup, workgroups);
  let row = at.row + THREAD_M * local.y;
  let col = at.col + THREAD_N * local.x;
  if (!at.live || row >= at.row_end || col >= problem.n) { return; }

  var sums: array<f32, SUMS>;
  for (var k = 0u; k < problem.k; k += 32u) {
    var a_codes: array<vec4<u32>, THREAD_M>;
    var b_codes: array<vec4<u32>, THREAD_N>;
    for (var i = 0u; i < THREAD_M; i++) { a_codes[i] = words_a32(at.matrix, min(row + i, at.row_end - 1u), k); }
    for (var c = 0u; c < THREAD_N; c++) { b_codes[c] = words_b32(at.matrix, k, min(col + c, problem.n - 1u)); }

    // The ends of these loops depend on k, so no compiler unrolls them: four times the code would be slower, and slow to
    // compile.
    for (var k16 = k; k16 < min(k + 32u, problem.k); k16 += 16u) {
      // Products of two codes are quarters below 37, so a block's sum is exact. Sixteen times too large and not yet scaled.
      var block = array<f32, SUMS>();
      for (var k8 = k16; k8 < min(k16 + 16u, problem.k); k8 += 8u) {
        var a: array<Eight, THREAD_M>;
        for (var i = 0u; i < THREAD_M; i++) {
          a[i] = e2m1_eight(a_codes[i].x);
          a_codes[i] = a_codes[i].yzwx; // the next word; an index that is not constant would cost more
        }
        for (var c = 0u; c < THREAD_N; c++) {
          let b = e2m1_eight(b_codes[c].x);
          b_codes[c] = b_codes[c].yzwx;
          for (var i = 0u; i < THREAD_M; i++) { block[i * THREAD_N + c] += dot(a[i].lo, b.lo) + dot(a[i].hi, b.hi); }
        }
      }

      var a_scale: array<f32, THREAD_M>; // products of two e4m3 values are exact
      for (var i = 0u; i < THREAD_M; i++) {
        a_scale[i] = 0.0625 * e4m3(a_scale_byte(at.matrix, min(row + i, at.row_end - 1u), k16 / 16u));
      }
      for (var c = 0u; c < THREAD_N; c++) {
        let b_scale = e4m3(scale_byte(at.matrix, k16 / 16u, min(col + c, problem.n - 1u)));
        for (var i = 0u; i < THREAD_M; i++) { sums[i * THREAD_N + c] += a_scale[i] * b_scale * block[i * THREAD_N + c]; }
      }
    }
  }

  for (var i = 0u; i < THREAD_M; i++) {
    for (var c = 0u; c < THREAD_N; c += 4u) {
      if (row + i >= at.row_end) { continue; }
      let e = i * THREAD_N + c;
      let four = vec4<f32>(sums[e], sums[e + 1u], sums[e + 2u], sums[e + 3u]);
      store_c4(at.matrix, row + i, col + c, problem.tensor_scale * four);
    }
  }
}
