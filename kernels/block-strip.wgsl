// ---
// frontMatter: 2
// kernelAbi: 2
// name: "{w}-strip"
// technique: "{w}-columns for one row: a thread takes 64 codes of each column a step, whose scales one load reads, and its columns by turns"
// builds-on: "{w}-columns"
// formats: {w: [mxfp4, nvfp4, int4, int4-64, int4-128, zero-points], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nt] # blocks run along k
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 1, values: [1], because: 'the kernel is for one row'}
//   n: {default: 8, values: [4, 8, 16, 32], because: 'a few columns a thread'}
//   k: {default: 1024, values: [256, 512, 1024, 2048], because: '64 codes a thread in each pass over the lanes'}
// thread:
//   m: {default: 1, values: [1], because: 'the kernel is for one row'}
//   n: {default: 2, values: [1, 2, 4, 8], because: 'columns of a thread share each element of A that is read'}
// workgroup: [TILE_N / THREAD_N * (TILE_K / 64), 1]
// workgroupBytes: TILE_N * TILE_K / 16
// only:
//   - {if: m <= 32, because: 'B is read again for every row'}
//   - {if: k % 64 == 0, because: 'a step is 64 codes'}
// preferred:
//   - {if: REGISTERS > 255 and m == 1, rank: 17, because: 'it takes the fewest instructions a weight'}
// cuts:
//   - {if: REGISTERS > 255, tile: {n: 16}, thread: {n: 8}, because: 'there are registers for the codes of eight columns'}
// ---

const STEP = 64u;
const LANES = TILE_K / STEP; // threads along k

var<workgroup> partials: array<array<f32, TILE_N>, LANES>; // [lane][column]

alias Sums = array<f32, THREAD_N>;
alias Columns = array<Codes, THREAD_N>;
alias Decoded = array<Eight, THREAD_N>;

// Sums of up to 32 elements, not yet scaled: of codes with even places and with odd ones, if these are larger, and of A.
struct Block {
  even: Sums,
  odd: Sums,
  of_a: f32,
}

// Eight elements of the row from k + e on; e of them beyond a spot, at a constant distance.
fn eight_of(at: Place, spot: u32, k: u32, e: u32) -> Eight {
  if (A_VECTOR) { return Eight(vector_at_a(spot + ahead_a(e)), vector_at_a(spot + ahead_a(e + 4u))); }
  return Eight(load_a4(at.matrix, at.row, k + e), load_a4(at.matrix, at.row, k + e + 4u));
}

// Columns take turns, so that no multiply-add waits for the one before it.
fn add(sums: ptr<function, Sums>, a: Eight, b: ptr<function, Decoded>, u: u32) {
  for (var c = 0u; c < THREAD_N; c++) { (*sums)[c] += a.lo[u] * (*b)[c].lo[u]; }
  for (var c = 0u; c < THREAD_N; c++) { (*sums)[c] += a.hi[u] * (*b)[c].hi[u]; }
}

// Eight codes of each column times the same elements of A.
fn multiply(block: ptr<function, Block>, codes: ptr<function, Columns>, a: Eight, i: u32) {
  if (STRIP_RAISED) { (*block).of_a += dot(a.lo + a.hi, vec4<f32>(1.0)); }
  var b: Decoded;
  for (var c = 0u; c < THREAD_N; c++) { b[c] = decode8_strip((*codes)[c], i); }
  add(&(*block).even, a, &b, 0u);
  if (STRIP_ODD == 1.0) { add(&(*block).even, a, &b, 1u); } else { add(&(*block).odd, a, &b, 1u); }
  add(&(*block).even, a, &b, 2u);
  if (STRIP_ODD == 1.0) { add(&(*block).even, a, &b, 3u); } else { add(&(*block).odd, a, &b, 3u); }
}

fn total(block: Block, c: u32, plus: f32) -> f32 {
  let even = block.even[c] - plus * block.of_a;
  return select(even + (1.0 / STRIP_ODD) * block.odd[c], even, STRIP_ODD == 1.0);
}

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let at = place(workgroup, workgroups);
  if (!at.live || at.row >= at.row_end) { return; }

  // Neighbouring threads read neighbouring strips of the same columns.
  let lane = thread % LANES;
  let first = thread / LANES * THREAD_N;

  // Bounds beyond every operand tell compilers that what is added does not wrap, so that it becomes part of a load.
  var codes_spots: array<u32, THREAD_N>;
  var scale_spots: array<StripSpot, THREAD_N>;
  for (var c = 0u; c < THREAD_N; c++) {
    let col = min(at.col + first + c, problem.n - 1u);
    codes_spots[c] = min(spot_b(at.matrix, 0u, col) + ahead_b(STEP * lane), 0x07fffff0u);
    scale_spots[c] = strip_spot(min(scale_index(at.matrix, 0u, col) + ahead_scale(STEP * lane), 0x07fffff0u));
  }
  let row_of_a = spot_a(at.matrix, at.row, at.row_end, STEP * lane);

  var sums: Sums;
  var marks: array<u32, THREAD_N>;
  for (var turn = 0u; turn + STEP * lane < problem.k; turn += TILE_K) {
    let k = turn + STEP * lane;
    let spot = min(row_of_a + ahead_a(turn), 0x0ffffff0u);
    var scales: array<Strip, THREAD_N>;
    var codes: Columns;
    for (var c = 0u; c < THREAD_N; c++) {
      codes[c] = codes_at_b(codes_spots[c] + ahead_b(turn));
      scales[c] = strip_at(scale_spots[c], ahead_scale(turn));
      if (!STRIP_NAN_SHOWS) { marks[c] = strip_mark(marks[c], scales[c]); }
    }

    var block = Block();
    multiply(&block, &codes, eight_of(at, spot, k, 0u), 0u);
    multiply(&block, &codes, eight_of(at, spot, k, 8u), 1u);
    if (SCALE_STEP < 32u) {
      for (var c = 0u; c < THREAD_N; c++) { sums[c] += strip_scales(scales[c]).x * total(block, c, strip_plus(scales[c]).x); }
      block = Block();
    }
    multiply(&block, &codes, eight_of(at, spot, k, 16u), 2u);
    multiply(&block, &codes, eight_of(at, spot, k, 24u), 3u);
    for (var c = 0u; c < THREAD_N; c++) {
      sums[c] += strip_scales(scales[c]).y * total(block, c, strip_plus(scales[c]).y);
      // Read this late, they do not take registers beside the first 32.
      codes[c] = codes_at_b(codes_spots[c] + ahead_b(turn) + ahead_b(32u));
    }

    block = Block();
    multiply(&block, &codes, eight_of(at, spot, k, 32u), 0u);
    multiply(&block, &codes, eight_of(at, spot, k, 40u), 1u);
    if (SCALE_STEP < 32u) {
      for (var c = 0u; c < THREAD_N; c++) { sums[c] += strip_scales(scales[c]).z * total(block, c, strip_plus(scales[c]).z); }
      block = Block();
    }
    multiply(&block, &codes, eight_of(at, spot, k, 48u), 2u);
    multiply(&block, &codes, eight_of(at, spot, k, 56u), 3u);
    for (var c = 0u; c < THREAD_N; c++) { sums[c] += strip_scales(scales[c]).w * total(block, c, strip_plus(scales[c]).w); }
  }

  for (var c = 0u; c < THREAD_N; c++) {
    // Whether a sum that is not finite is too large, or a scale was NaN.
    let asked = STRIP_NAN_SHOWS && (bitcast<u32>(sums[c]) & 0x7f800000u) == 0x7f800000u;
    for (var turn = 0u; asked && turn + STEP * lane < problem.k; turn += TILE_K) {
      marks[c] = strip_mark(marks[c], strip_at(scale_spots[c], ahead_scale(turn)));
    }
    partials[lane][first + c] = select(sums[c] * STRIP_REMAINING, bitcast<f32>(0x7fc00000u | marks[c]), strip_marked(marks[c]));
  }
  workgroupBarrier(); // the partial sums are complete

  // Each thread finishes some vectors of C. Lanes that had no k to work on are left out.
  let lanes = min(LANES, problem.k / STEP);
  for (var quad = 4u * thread; quad < TILE_N; quad += 4u * WORKGROUP_X) {
    var result = vec4<f32>();
    for (var other = 0u; other < lanes; other++) {
      for (var c = 0u; c < 4u; c++) { result[c] += partials[other][quad + c]; }
    }
    store_c4(at.matrix, at.row, at.col + quad, finish4(result));
  }
}
