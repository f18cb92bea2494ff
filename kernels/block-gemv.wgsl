// ---
// frontMatter: 2
// kernelAbi: 2
// name: "{w}-gemv"
// technique: few rows of {w}; the threads of a workgroup take blocks of one column in turn and add their partial sums in workgroup memory
// builds-on: "{w}"
// formats: {w: scaled, a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nt] # blocks run along k
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 8, values: [1, 2, 4, 8], because: 'all rows of a tile share each weight that is read'}
//   n: {default: 8, values: [4, 8, 16, 32], because: 'one thread owns 4 columns, so that they share each element of A'}
//   k: {default: 1024, values: [256, 512, 1024, 2048], because: '32 codes a thread in each pass over the lanes'}
// thread:
//   m: {default: 8, values: [1, 2, 4, 8], because: 'a thread sums every row of its tile'}
//   n: {default: 4, values: [4], because: 'one vector of columns'}
// workgroup: [TILE_N / 4 * (TILE_K / 32), 1]
// workgroupBytes: TILE_M * TILE_N * TILE_K / 8
// only:
//   - {if: m <= 32, because: 'B is read again for every 8 rows; larger m is for the tiled kernel'}
//   - {if: TILE_M == THREAD_M, because: 'a thread sums every row of its tile'}
// vouches: {rank: 40}
// ---

const QUADS = TILE_N / 4u; // vectors of 4 columns
const LANES = TILE_K / 32u; // threads along k

var<workgroup> partials: array<vec4<f32>, THREAD_M * LANES * QUADS>; // [row][lane][quad]

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let at = place(workgroup, workgroups);
  if (!at.live) { return; }

  // Neighbouring threads read neighbouring blocks of the same columns.
  let lane = thread % LANES;
  let quad = thread / LANES;
  let col = at.col + 4u * quad;

  var sums: array<vec4<f32>, THREAD_M>;
  for (var k = 32u * lane; k < problem.k; k += TILE_K) {
    var codes: array<Codes, 4>;
    for (var c = 0u; c < 4u; c++) { codes[c] = codes_b(at.matrix, k, min(col + c, problem.n - 1u)); }

    // Turns of 16 elements or one of all 32, as they share a scale. Where these loops end depends on k, so no compiler unrolls
    // them: that would only be slower to compile.
    var first = k;
    loop {
      var block = array<vec4<f32>, THREAD_M>(); // not yet scaled
      for (var k8 = first; k8 < min(first + SCALE_STEP, problem.k); k8 += 8u) {
        let b0 = decode_word(codes[0].x);
        let b1 = decode_word(codes[1].x);
        let b2 = decode_word(codes[2].x);
        let b3 = decode_word(codes[3].x);
        for (var c = 0u; c < 4u; c++) { codes[c] = Codes(codes[c].y, codes[c].z, codes[c].w, codes[c].x); } // an index that is not constant would cost more
        let lo = transpose(mat4x4<f32>(b0.lo, b1.lo, b2.lo, b3.lo));
        let hi = transpose(mat4x4<f32>(b0.hi, b1.hi, b2.hi, b3.hi));
        for (var i = 0u; i < THREAD_M; i++) {
          let a = load_a8(at.matrix, min(at.row + i, at.row_end - 1u), k8);
          block[i] += lo * a.lo + hi * a.hi;
        }
      }

      var scale: vec4<f32>;
      for (var c = 0u; c < 4u; c++) { scale[c] = block_scale(at.matrix, first, min(col + c, problem.n - 1u)); }
      for (var i = 0u; i < THREAD_M; i++) { sums[i] += scale * block[i]; }

      continuing {
        first += SCALE_STEP;
        break if SCALE_STEP == 32u || first >= min(k + 32u, problem.k);
      }
    }
  }

  for (var i = 0u; i < THREAD_M; i++) { partials[(i * LANES + lane) * QUADS + quad] = sums[i]; }
  workgroupBarrier(); // the partial sums are complete

  // Each thread finishes some vectors of C. Lanes that had no k to work on are left out.
  let lanes = min(LANES, (problem.k + 31u) / 32u);
  let rows = min(TILE_M, at.row_end - at.row);
  for (var o = thread; o < rows * QUADS; o += WORKGROUP_X) {
    let first = (o / QUADS) * LANES * QUADS + o % QUADS;
    var total = partials[first];
    for (var other = 1u; other < lanes; other++) { total += partials[first + other * QUADS]; }
    store_c4(at.matrix, at.row + o / QUADS, at.col + 4u * (o % QUADS), finish4(total));
  }
}
