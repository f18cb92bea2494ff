// ---
// frontMatter: 2
// kernelAbi: 2
// name: "packed-{w}"
// technique: "{w} weights eight to a load as pairs in u32, unpacked and summed in f32; needs no feature"
// builds-on: direct
// formats: {w: [f16, bf16], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nn, nt]
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 16, values: [1, 2, 4, 8, 16, 32, 64], because: 'threads of a workgroup share what the cache holds'}
//   n: {default: 64, values: [32, 64, 128], because: 'threads of a workgroup share what the cache holds'}
//   k: {default: 8, values: [8], because: 'one vector of words along k a step'}
// thread:
//   m: {default: 4, values: [1, 2, 4, 8], because: 'a thread decodes its weights once for all of its rows'}
//   n: {default: 8, values: [8], because: 'the eight columns of one vector of words'}
// workgroup: [TILE_N / 8, TILE_M / THREAD_M]
// preferred:
//   - {if: SOFTWARE and NT and m == 1, rank: 55, because: 'halves along k are decoded in pairs as they are loaded; along n that has been slower'}
//   - {if: SOFTWARE, rank: 80, because: 'software devices emulate f16 arithmetic, but unpack a pair with one instruction'}
// ---

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let at = place(workgroup, workgroups);
  let row = at.row + THREAD_M * local.y;
  let col = at.col + 8u * local.x;
  if (!at.live || row >= at.row_end || col >= problem.n) { return; }

  var sums: array<Eight, THREAD_M>; // eight columns a row
  for (var k = 0u; k < problem.k; k += 8u) {
    var a: array<Eight, THREAD_M>;
    for (var i = 0u; i < THREAD_M; i++) { a[i] = load_a8(at.matrix, min(row + i, at.row_end - 1u), k); }
    // Both loops stay rolled: eight times the code is slower on devices with small instruction caches.
    for (var u = 0u; u < 8u; u++) {
      if (B_ALONG_K) {
        // A vector of words is one column along k: eight dot products, one after the other.
        let b = unpack8(words_b8(at.matrix, k, min(col + u, problem.n - 1u)));
        for (var i = 0u; i < THREAD_M; i++) {
          let value = dot(a[i].lo, b.lo) + dot(a[i].hi, b.hi);
          if (u < 4u) { sums[i].lo[u] += value; } else { sums[i].hi[u - 4u] += value; }
        }
      } else {
        // A vector of words is one row along n: eight outer products.
        let b = unpack8(words_b8(at.matrix, k + u, col));
        for (var i = 0u; i < THREAD_M; i++) {
          let value = select(a[i].hi[u & 3u], a[i].lo[u & 3u], u < 4u);
          sums[i].lo += value * b.lo;
          sums[i].hi += value * b.hi;
        }
      }
    }
  }

  for (var i = 0u; i < THREAD_M; i++) {
    if (row + i >= at.row_end) { continue; }
    store_c4(at.matrix, row + i, col, sums[i].lo);
    store_c4(at.matrix, row + i, col + 4u, sums[i].hi);
  }
}
