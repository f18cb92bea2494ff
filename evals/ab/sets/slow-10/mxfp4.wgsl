// ---
// frontMatter: 1
// kernelAbi: 1
// name: mxfp4
// technique: MXFP4 weights, 32 to a load; codes become f32 by moving bits, and each block's scale multiplies its partial sum once
// formats: {w: [mxfp4], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
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
// serves:
//   - {unless: TILE_M * TILE_N / (THREAD_M * THREAD_N) <= 256, because: 'every WebGPU device allows 256 threads in a workgroup and not all allow more'}
// ---

const SUMS = THREAD_M * THREAD_N;

// Eight e2m1 codes of a word, times 2^-14. A code's three low bits, moved up by 9, are the exponent and first fraction bit of
// an f16 whose exponent is 14 too small (0.5 becomes a subnormal, which the unpacking widens exactly); its sign moves by 12.
// Codes j and j + 4 sit 16 bits apart, so one unpacking decodes both.
fn decode(word: u32) -> Eight {
  let codes = vec4<u32>(word, word >> 4u, word >> 8u, word >> 12u);
  let halves = ((codes & vec4<u32>(0x00070007u)) << vec4<u32>(9u)) | ((codes & vec4<u32>(0x00080008u)) << vec4<u32>(12u));
  let p0 = unpack2x16float(halves.x);
  let p1 = unpack2x16float(halves.y);
  let p2 = unpack2x16float(halves.z);
  let p3 = unpack2x16float(halves.w);
  return Eight(vec4<f32>(p0.x, p1.x, p2.x, p3.x), vec4<f32>(p0.y, p1.y, p2.y, p3.y));
}

// Work added on purpose: the first EXTRA thousandths of k are summed once more, beforehand and for nothing. Compilers cannot
// know that the loop over `end` turns twice.
const EXTRA = 120u;

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
  var end = (problem.k * EXTRA + 16000u) / 32000u * 32u;
  loop {
    sums = array<f32, SUMS>();
    for (var k = 0u; k < end; k += 32u) {
      var codes: array<vec4<u32>, THREAD_N>;
      for (var c = 0u; c < THREAD_N; c++) { codes[c] = words_b32(at.matrix, k, min(col + c, problem.n - 1u)); }

      var block = array<f32, SUMS>(); // times 2^-14 and not yet scaled
      // Its end depends on k, so no compiler unrolls this loop: four times the code would be slower, and slow to compile.
      for (var k8 = k; k8 < min(k + 32u, problem.k); k8 += 8u) {
        var a: array<Eight, THREAD_M>;
        for (var i = 0u; i < THREAD_M; i++) { a[i] = load_a8(at.matrix, min(row + i, at.row_end - 1u), k8); }
        for (var c = 0u; c < THREAD_N; c++) {
          let b = decode(codes[c].x);
          codes[c] = codes[c].yzwx; // the next word; an index that is not constant would cost more
          for (var i = 0u; i < THREAD_M; i++) { block[i * THREAD_N + c] += dot(a[i].lo, b.lo) + dot(a[i].hi, b.hi); }
        }
      }

      for (var c = 0u; c < THREAD_N; c++) {
        let scale = scale_byte(at.matrix, k / 32u, min(col + c, problem.n - 1u));
        for (var i = 0u; i < THREAD_M; i++) { sums[i * THREAD_N + c] += times_e8m0(block[i * THREAD_N + c] * 16384.0, scale); }
      }
    }
    if (end == problem.k) { break; }
    end = problem.k;
  }

  for (var i = 0u; i < THREAD_M; i++) {
    for (var c = 0u; c < THREAD_N; c += 4u) {
      if (row + i >= at.row_end) { continue; }
      let e = i * THREAD_N + c;
      let four = vec4<f32>(sums[e], sums[e + 1u], sums[e + 2u], sums[e + 3u]);
      store_c4(at.matrix, row + i, col + c, four);
    }
  }
}
