// ---
// frontMatter: 2
// kernelAbi: 2
// name: staged
// technique: rows of A staged in workgroup memory, for tests to plant mistakes in; what a compiler makes of it is looked at, never its answers
// formats: {w: [f32], a: [f32], acc: [f32], out: [f32]}
// layouts: [nt]
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 16, values: [16], because: 'a test needs no choice'}
//   n: {default: 64, values: [64], because: 'a test needs no choice'}
//   k: {default: 16, values: [16], because: 'a test needs no choice'}
// thread:
//   m: {default: 1, values: [1], because: 'a test needs no choice'}
//   n: {default: 1, values: [1], because: 'a test needs no choice'}
// workgroup: [TILE_N, 1]
// workgroupBytes: 16384
// ---

const SUMS = 8u; // vectors of four that a thread adds up in registers
const STAGE = 256u; // vectors of workgroup memory
const COPIED = 256u; // those that a turn fills

var<workgroup> stage: array<vec4<f32>, STAGE>;

fn staged(at: Place, row: u32, k: u32) -> vec4<f32> {
  return load_a4(at.matrix, min(at.row + row, at.row_end - 1u), k);
}

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let at = place(workgroup, workgroups);
  if (!at.live) { return; }

  var sums: array<vec4<f32>, SUMS>;
  for (var k0 = 0u; k0 < problem.k; k0 += TILE_K) {
    for (var i = thread; i < COPIED; i += TILE_N) { stage[i] = staged(at, i / 4u, k0 + 4u * (i % 4u)); }
    workgroupBarrier();
    for (var step = 0u; step < min(64u, problem.k - k0); step++) {
      let b = load_b4(at.matrix, k0, at.col + thread);
      for (var i = 0u; i < SUMS; i++) { sums[i] = fma(stage[(step + i) % STAGE], b, sums[i]); }
    }
    workgroupBarrier();
  }

  for (var i = 0u; i < SUMS; i++) { store_c(at.matrix, at.row + i, at.col + thread, dot(sums[i], vec4<f32>(1.0))); }
}
