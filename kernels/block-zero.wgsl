// ---
// frontMatter: 2
// kernelAbi: 2
// name: "{w}"
// technique: "{w} weights, 32 a step; a block's zero point is taken from each code once for all rows of a thread, and its scale multiplies the partial sum once"
// builds-on: direct
// formats: {w: zero-points, a: [f32, f16, bf16, integer-activations], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nt] # blocks run along k
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 32, values: [1, 2, 4, 8, 16, 32, 64], because: 'threads of a workgroup share what the cache holds'}
//   n: {default: 64, values: [16, 32, 64, 128], because: 'threads of a workgroup share what the cache holds'}
//   k: {default: 32, values: [32], because: 'one load of codes a step'}
// thread:
//   m: {default: 8, values: [1, 2, 4, 8, 16], because: 'a thread decodes its weights once for all of its rows'}
//   n: {default: 4, values: [4, 8], because: 'columns of a thread share each element of A that is read'}
// workgroup: [TILE_N / THREAD_N, TILE_M / THREAD_M]
// preferred:
//   - {if: GPU, rank: 30, because: 'codes are decoded once for all rows of a thread'}
//   - {if: SOFTWARE, rank: 40, because: 'what serves where subgroups do not'}
// cuts:
//   - {if: GPU and REGISTERS <= 128, tile: {m: 16}, thread: {m: 1}, because: 'sums of more rows beside codes and zero points spill'}
//   - {if: GPU and REGISTERS == 255 and m > 4, thread: {m: 4}, because: '8 rows take 176 registers of a lane, so that half as many subgroups run'}
// vouches: {rank: 31}
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
  for (var k = 0u; k < problem.k; k += 32u) { // the elements of a step share a scale and a zero point
    var codes: array<Codes, THREAD_N>;
    var zeros: array<f32, THREAD_N>;
    for (var c = 0u; c < THREAD_N; c++) {
      let column = min(col + c, problem.n - 1u);
      codes[c] = codes_b(at.matrix, k, column);
      zeros[c] = block_zero(at.matrix, k, column);
    }

    // Where this loop ends depends on k, so no compiler unrolls it: four times the code would be slower, and slow to compile.
    var block = array<f32, SUMS>(); // not yet scaled
    for (var k8 = k; k8 < min(k + 32u, problem.k); k8 += 8u) {
      var a: array<Eight, THREAD_M>;
      for (var i = 0u; i < THREAD_M; i++) { a[i] = load_a8(at.matrix, min(row + i, at.row_end - 1u), k8); }
      for (var c = 0u; c < THREAD_N; c++) {
        let b = decode_word(codes[c].x);
        let lo = b.lo - zeros[c];
        let hi = b.hi - zeros[c];
        codes[c] = Codes(codes[c].y, codes[c].z, codes[c].w, codes[c].x); // an index that is not constant would cost more
        for (var i = 0u; i < THREAD_M; i++) { block[i * THREAD_N + c] += dot(a[i].lo, lo) + dot(a[i].hi, hi); }
      }
    }

    for (var c = 0u; c < THREAD_N; c++) {
      let scale = block_scale(at.matrix, k, min(col + c, problem.n - 1u));
      for (var i = 0u; i < THREAD_M; i++) { sums[i * THREAD_N + c] += scale * block[i * THREAD_N + c]; }
    }
  }

  for (var i = 0u; i < THREAD_M; i++) {
    for (var c = 0u; c < THREAD_N; c += 4u) {
      if (row + i >= at.row_end) { continue; }
      let e = i * THREAD_N + c;
      let four = vec4<f32>(sums[e], sums[e + 1u], sums[e + 2u], sums[e + 3u]);
      store_c4(at.matrix, row + i, col + c, finish4(four));
    }
  }
}
