// ---
// frontMatter: 2
// kernelAbi: 2
// name: gemv-walk
// technique: one row, four columns a thread; the loop steps through whole vectors of A and B, and no index is worked out or checked in it
// builds-on: gemv-direct
// formats: {w: [f32, f16, bf16], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nn]
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 1, values: [1], because: 'one row; a second would read all of B again'}
//   n: {default: 64, values: [16, 32, 64, 128, 256], because: 'four columns a thread'}
//   k: {default: 4, values: [4], because: 'one vector of A a step'}
// thread:
//   m: {default: 1, values: [1], because: 'one row, one sum'}
//   n: {default: 4, values: [4], because: 'one vector of each row of B'}
// workgroup: [TILE_N / THREAD_N, 1]
// only:
//   - {if: m <= 64, because: 'B is read again for every row; larger m is for the tiled kernels'}
// preferred:
//   - {if: NN and n % 4 == 0 and k % 4 == 0 and (SYSTEM_SOFTWARE and m == 1 or EMBEDDED_SOFTWARE and m <= 4), rank: 50, because: 'no index is worked out in the loop, and every load is a whole vector'}
// ---

const WALKS = A_VECTOR && B_VECTOR; // else every load looks where it is

// Compilers that keep arrays in memory and work out every index where it is written take several times as long for a loop over
// arrays of rows and columns: so there are none here, only one sum and two indexes.
@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let at = place(workgroup, workgroups);
  let col = at.col + 4u * local.x;
  if (!at.live || col >= problem.n) { return; }
  let n = problem.n;
  let end = problem.k;
  var of_a = a_index(at.matrix, at.row, 0u);
  var of_b = b_index(at.matrix, 0u, col);
  var sum = vec4<f32>();
  for (var k = 0u; k < end; k += 4u) {
    if (WALKS) {
      let a = four_a(of_a);
      sum += a.x * four_b(of_b);
      sum += a.y * four_b(of_b + n);
      sum += a.z * four_b(of_b + 2u * n);
      sum += a.w * four_b(of_b + 3u * n);
      of_a += 4u;
      of_b += 4u * n;
    } else {
      sum += patch_b(at.matrix, k, col) * load_a4(at.matrix, at.row, k);
    }
  }
  store_c4(at.matrix, at.row, col, sum);
}
