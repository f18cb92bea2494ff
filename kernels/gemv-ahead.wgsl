// ---
// frontMatter: 2
// kernelAbi: 2
// name: gemv-ahead
// technique: gemv whose loads of two steps are on their way at once, from places that walk on; no index is worked out or checked in the loop
// builds-on: gemv
// formats: {w: [f32, f16, bf16], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nn, nt]
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 8, values: [1, 2, 4, 8], because: 'all rows of a tile share each weight that is read'}
//   n: {default: 32, values: [4, 8, 16, 32, 64], because: 'one thread owns 4 columns, so that weights arrive in vectors'}
//   k: {default: 64, values: [16, 32, 64, 128, 256], because: 'some steps of k a thread in each pass over the lanes'}
// thread:
//   m: {default: 8, values: [1, 2, 4, 8], because: 'a thread sums every row of its tile'}
//   n: {default: 4, values: [4], because: 'one vector of columns'}
// workgroup: [TILE_N / 4 * (TILE_K / 4), 1]
// workgroupBytes: TILE_M * TILE_N * TILE_K
// only:
//   - {if: m <= 64, because: 'B is read again for every 8 rows; larger m is for the tiled kernels'}
//   - {if: TILE_M == THREAD_M, because: 'a thread sums every row of its tile'}
// preferred:
//   - {if: GPU and m <= 16, rank: 39, because: 'few rows are bound by reading B once, and a load that waits for the one before it reads slowly'}
// cuts:
//   - {if: REGISTERS < 128 and m > 1, tile: {m: 2}, thread: {m: 2}, because: 'sums of more rows beside a patch of B spill'}
// ---

const QUADS = TILE_N / 4u; // vectors of 4 columns
const LANES = TILE_K / 4u; // threads along k
const STEPS = select(1u, 2u, THREAD_M == 1u); // whose loads are on their way at once

var<workgroup> partials: array<vec4<f32>, THREAD_M * LANES * QUADS>; // [row][lane][quad]

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let at = place(workgroup, workgroups);
  if (!at.live) { return; }

  // Neighbouring threads read neighbouring memory: along k where B is stored along k, else along n.
  let lane = select(thread / QUADS, thread % LANES, B_ALONG_K);
  let quad = select(thread % QUADS, thread / LANES, B_ALONG_K);
  let col = at.col + 4u * quad;

  // What k leaves over first, so that in every turn all lanes have whole vectors; one lane has what is no whole vector.
  let vectors = problem.k / 4u * 4u;
  let over = vectors % (STEPS * TILE_K);
  var sums: array<vec4<f32>, THREAD_M>;
  for (var s = 0u; s < STEPS; s++) {
    let here = 4u * lane + s * TILE_K;
    if (here > over || (here == over && vectors == problem.k)) { break; }
    let k = select(vectors, here, here < over);
    let b = patch_b(at.matrix, k, col);
    for (var i = 0u; i < THREAD_M; i++) { sums[i] += b * load_a4(at.matrix, min(at.row + i, at.row_end - 1u), k); }
  }
  var of_b = spot_b(at.matrix, over + 4u * lane, col);
  var of_a: array<u32, THREAD_M>;
  for (var i = 0u; i < THREAD_M; i++) { of_a[i] = spot_a(at.matrix, min(at.row + i, at.row_end - 1u), at.row_end, over + 4u * lane); }
  for (var turn = 0u; turn < 0x08000000u; turn++) {
    if (turn >= problem.k / (STEPS * TILE_K)) { break; }
    var b: array<mat4x4<f32>, STEPS>;
    var a: array<array<vec4<f32>, THREAD_M>, STEPS>;
    for (var s = 0u; s < STEPS; s++) {
      b[s] = patch_at_b(of_b + ahead_b(s * TILE_K));
      for (var i = 0u; i < THREAD_M; i++) { a[s][i] = vector_at_a(of_a[i] + ahead_a(s * TILE_K)); }
    }
    for (var s = 0u; s < STEPS; s++) {
      for (var i = 0u; i < THREAD_M; i++) { sums[i] += b[s] * a[s][i]; }
    }
    of_b += ahead_b(STEPS * TILE_K);
    for (var i = 0u; i < THREAD_M; i++) { of_a[i] += ahead_a(STEPS * TILE_K); }
  }

  for (var i = 0u; i < THREAD_M; i++) { partials[(i * LANES + lane) * QUADS + quad] = sums[i]; }
  workgroupBarrier(); // the partial sums are complete

  // Each thread finishes some vectors of C. Lanes that had no k to work on are left out.
  let lanes = min(LANES, (problem.k + 3u) / 4u);
  let rows = min(TILE_M, at.row_end - at.row);
  for (var o = thread; o < rows * QUADS; o += WORKGROUP_X) {
    let first = (o / QUADS) * LANES * QUADS + o % QUADS;
    var total = partials[first];
    for (var other = 1u; other < lanes; other++) { total += partials[first + other * QUADS]; }
    store_c4(at.matrix, at.row + o / QUADS, at.col + 4u * (o % QUADS), total);
  }
}
