// ---
// frontMatter: 1
// kernelAbi: 1
// name: int4
// technique: int4 weights, 32 to a load; codes become f32 by moving bits, and each block's scale multiplies its partial sum once
// formats: {w: [int4], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
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

// Eight int4 codes of a word. Flipping the high bit of a code makes code - 8 in two's complement; moved to the top and back it
// carries its sign along, and one conversion gives the f32.
fn decode(word: u32) -> Eight {
  let codes = vec4<i32>(bitcast<i32>(word ^ 0x88888888u));
  let lo = (codes << vec4<u32>(28u, 24u, 20u, 16u)) >> vec4<u32>(28u);
  let hi = (codes << vec4<u32>(12u, 8u, 4u, 0u)) >> vec4<u32>(28u);
  return Eight(vec4<f32>(lo), vec4<f32>(hi));
}

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
    var codes: array<vec4<u32>, THREAD_N>;
    for (var c = 0u; c < THREAD_N; c++) { codes[c] = words_b32(at.matrix, k, min(col + c, problem.n - 1u)); }

    var block = array<f32, SUMS>(); // not yet scaled
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
      let scale = scales[scale_index(at.matrix, k / 32u, min(col + c, problem.n - 1u))];
      for (var i = 0u; i < THREAD_M; i++) { sums[i * THREAD_N + c] += scale * block[i * THREAD_N + c]; }
    }
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
