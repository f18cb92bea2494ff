// ---
// frontMatter: 2
// kernelAbi: 2
// name: naive
// technique: one thread computes one element of C, one multiply-add at a time; the baseline every other kernel is compared with
// formats:
//   w: weights
//   a: activations
//   acc: [f32, f16] # accumulates in f32, which is more than a promise of f16 asks for
//   out: [f32, f16, bf16]
// layouts: [nn, nt, tn, tt]
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 8, values: [1, 2, 4, 8, 16], because: 'a workgroup is one thread per element and holds at most 256'}
//   n: {default: 16, values: [16, 32, 64], because: 'neighbouring threads read neighbouring columns'}
//   k: {default: 1, values: [1], because: 'nothing is staged along k'}
// thread:
//   m: {default: 1, values: [1], because: 'one element a thread'}
//   n: {default: 1, values: [1], because: 'one element a thread'}
// workgroup: [TILE_N, TILE_M]
// preferred:
//   - {rank: 92, because: 'it serves everything that any kernel does'}
// vouches: {rank: 50, small: 1, itself: true}
// ---

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let at = place(workgroup, workgroups);
  let row = at.row + local.y;
  let col = at.col + local.x;
  // Tiles at the edges of C reach beyond it.
  if (!at.live || row >= at.row_end || col >= problem.n) { return; }

  var sum = 0.0;
  for (var k = 0u; k < problem.k; k++) {
    sum += load_a(at.matrix, row, k) * load_b(at.matrix, k, col);
  }
  store_c(at.matrix, row, col, sum);
}
