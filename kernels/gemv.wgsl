// ---
// frontMatter: 2
// kernelAbi: 2
// name: gemv
// technique: few rows; the threads of a workgroup split k among them and add their partial sums in workgroup memory
// builds-on: naive
// formats: {w: [f32, f16, bf16], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nn, nt]
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 8, values: [1, 2, 4, 8], because: 'all rows of a tile share each weight that is read'}
//   n: {default: 32, values: [4, 8, 16, 32, 64], because: 'one thread owns 4 columns, so that weights arrive in vectors'}
//   k: {default: 64, values: [16, 32, 64, 128, 256], because: '4 steps of k a thread in each pass over the lanes'}
// thread:
//   m: {default: 8, values: [1, 2, 4, 8], because: 'a thread sums every row of its tile'}
//   n: {default: 4, values: [4], because: 'one vector of columns'}
// workgroup: [TILE_N / 4 * (TILE_K / 4), 1]
// workgroupBytes: TILE_M * TILE_N * TILE_K
// only:
//   - {if: m <= 64, because: 'B is read again for every 8 rows; larger m is for the tiled kernels'}
//   - {if: TILE_M == THREAD_M, because: 'a thread sums every row of its tile'}
// preferred:
//   - {if: GPU and m <= 16, rank: 40, because: 'few rows are bound by reading B once'}
// cuts:
//   - {if: REGISTERS < 128 and m > 4, tile: {m: 4}, thread: {m: 4}, because: 'sums of eight rows beside a patch of B spill'}
// vouches: {rank: 10}
// ---

const QUADS = TILE_N / 4u; // vectors of 4 columns
const LANES = TILE_K / 4u; // threads along k

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

  var sums: array<vec4<f32>, THREAD_M>;
  for (var k = 4u * lane; k < problem.k; k += TILE_K) {
    let b = patch_b(at.matrix, k, col);
    for (var i = 0u; i < THREAD_M; i++) {
      sums[i] += b * load_a4(at.matrix, min(at.row + i, at.row_end - 1u), k);
    }
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
