// ---
// frontMatter: 2
// kernelAbi: 2
// name: "{w}-dots"
// technique: "{w} times int8 activations, four products of bytes at once, exact in i32; few rows, and threads that take blocks of some columns in turn"
// builds-on: "{w}"
// formats: {w: integers, a: integer-activations, acc: [f32], out: [f32, f16, bf16]}
// layouts: [nt] # blocks run along k
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 4, values: [1, 2, 4, 8], because: 'all rows of a tile share each weight that is read'}
//   n: {default: 16, values: [4, 8, 16, 32], because: 'a few columns a thread'}
//   k: {default: 1024, values: [128, 256, 512, 1024], because: '32 codes a thread in each pass over the lanes'}
// thread:
//   m: {default: 4, values: [1, 2, 4, 8], because: 'a thread sums every row of its tile'}
//   n: {default: 4, values: [1, 2, 4], because: 'columns of a thread share each element of A that is read'}
// workgroup: [TILE_N / THREAD_N * (TILE_K / 32), 1]
// workgroupBytes: TILE_M * TILE_N * TILE_K / 8
// requires: [packed_4x8_integer_dot_product]
// only:
//   - {if: TILE_M == THREAD_M, because: 'a thread sums every row of its tile'}
// preferred:
//   - {if: GPU and m <= 16, rank: 18, because: 'few rows are bound by reading B once'}
//   - {rank: 60, because: 'a CPU multiplies floats as fast as it unpacks bytes'}
// cuts:
//   - {if: SOFTWARE and m > 4, tile: {m: 8}, thread: {m: 8}, because: 'each weight is decoded once for eight rows'}
//   - {if: REGISTERS < 128 and m > 1, tile: {m: 2}, thread: {m: 2, n: 2}, because: 'elements of A and sums of more rows or columns spill'}
//   - {if: m > 4, tile: {m: 8}, thread: {m: 8, n: 2}, because: 'each weight is read once for eight rows, with as many registers as four rows of four columns'}
// ---

const LANES = TILE_K / 32u; // threads along k
// Whether the sums of integers of a thread go on from block to block, whose scales are the same.
const KEPT = INTEGER_RUN > TILE_K;

var<workgroup> partials: array<array<f32, TILE_N>, THREAD_M * LANES>; // [row][lane][column]

alias Sums = array<array<f32, THREAD_N>, THREAD_M>;
alias Dots = array<array<i32, THREAD_N>, THREAD_M>; // not yet scaled
alias Rows = array<vec4<u32>, THREAD_M>; // sixteen codes of each row as bytes

fn multiply(dots: ptr<function, Dots>, c: u32, a: ptr<function, Rows>, b: vec4<u32>) {
  for (var i = 0u; i < THREAD_M; i++) {
    let low = dot4I8Packed((*a)[i].x, b.x) + dot4I8Packed((*a)[i].y, b.y);
    (*dots)[i][c] += low + dot4I8Packed((*a)[i].z, b.z) + dot4I8Packed((*a)[i].w, b.w);
  }
}

alias Scales = array<f32, THREAD_M>;

// Begins new sums of integers for column c.
fn scale_dots(sums: ptr<function, Sums>, dots: ptr<function, Dots>, c: u32, a_scale: ptr<function, Scales>, b_scale: f32) {
  for (var i = 0u; i < THREAD_M; i++) {
    (*sums)[i][c] += b_scale * (*a_scale)[i] * f32((*dots)[i][c]);
    (*dots)[i][c] = 0;
  }
}

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
  let first = thread / LANES * THREAD_N;

  var sums: Sums;
  var dots: Dots;
  var a_scale: Scales;
  for (var i = 0u; i < THREAD_M; i++) { a_scale[i] = 1.0; }
  for (var k = 32u * lane; k < problem.k; k += TILE_K) {
    var lower: Rows;
    var upper: Rows;
    for (var i = 0u; i < THREAD_M; i++) {
      let row = min(at.row + i, at.row_end - 1u);
      lower[i] = bytes_a(words_a16(at.matrix, row, k));
      upper[i] = bytes_a(words_a16(at.matrix, row, k + 16u));
      if (!A_ROW_SCALE) { a_scale[i] = a_block_scale(at.matrix, row, k); }
    }
    for (var c = 0u; c < THREAD_N; c++) {
      let col = min(at.col + first + c, problem.n - 1u);
      let codes = codes_b(at.matrix, k, col);
      let zero = block_zero(at.matrix, k, col);
      var scales: vec2<f32>; // of the first sixteen elements and of the others
      if (SCALE_STEP < 32u) { scales = block_scales(at.matrix, k, col); }
      else if (!KEPT) { scales = vec2<f32>(block_scale(at.matrix, k, col)); }
      multiply(&dots, c, &lower, bytes_b(lower_codes(codes), zero));
      if (SCALE_STEP < 32u) { scale_dots(&sums, &dots, c, &a_scale, scales.x); }
      multiply(&dots, c, &upper, bytes_b(upper_codes(codes), zero));
      if (!KEPT) { scale_dots(&sums, &dots, c, &a_scale, scales.y); }
      // The last block that an i32 has room for.
      else if (k % INTEGER_RUN + TILE_K >= INTEGER_RUN) { scale_dots(&sums, &dots, c, &a_scale, block_scale(at.matrix, k, col)); }
    }
  }

  // What scales are the same for all of k.
  for (var c = 0u; c < THREAD_N; c++) {
    let col = min(at.col + first + c, problem.n - 1u);
    if (KEPT) { scale_dots(&sums, &dots, c, &a_scale, block_scale(at.matrix, 0u, col)); }
    for (var i = 0u; i < THREAD_M; i++) {
      let row = min(at.row + i, at.row_end - 1u);
      if (A_ROW_SCALE) { sums[i][c] *= a_block_scale(at.matrix, row, 0u); }
      partials[i * LANES + lane][first + c] = sums[i][c];
    }
  }
  workgroupBarrier(); // the partial sums are complete

  // Each thread finishes some vectors of C. Lanes that had no k to work on are left out.
  const QUADS = TILE_N / 4u;
  let lanes = min(LANES, (problem.k + 31u) / 32u);
  let rows = min(TILE_M, at.row_end - at.row);
  for (var o = thread; o < rows * QUADS; o += WORKGROUP_X) {
    let row = o / QUADS;
    let quad = 4u * (o % QUADS);
    var total = vec4<f32>();
    for (var other = 0u; other < lanes; other++) {
      for (var c = 0u; c < 4u; c++) { total[c] += partials[row * LANES + other][quad + c]; }
    }
    store_c4(at.matrix, at.row + row, at.col + quad, finish4(total));
  }
}
