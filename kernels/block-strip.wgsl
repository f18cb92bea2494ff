// ---
// frontMatter: 2
// kernelAbi: 2
// name: "{w}-strip"
// technique: "{w}-columns for one row: a thread takes 64 codes of each column a step, whose scales one load reads, and its columns in groups"
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
//   n: {default: 2, values: [1, 2, 4, 8, 16], because: 'columns of a thread share each element of A that is read'}
// uses: [subgroup-size-control] # RDNA 3 pairs instructions in subgroups of 32
// workgroup: [TILE_N / THREAD_N * (TILE_K / 64), 1]
// workgroupBytes: TILE_N * TILE_K / 16
// only:
//   - {if: m <= 32, because: 'B is read again for every row'}
//   - {if: k % 64 == 0, because: 'a step is 64 codes'}
// preferred:
//   - {if: REGISTERS > 255 and m == 1, rank: 17, because: 'it takes the fewest instructions a weight'}
// cuts:
//   - {if: REGISTERS > 256 and n >= 4096, tile: {n: 32}, thread: {n: 16}, because: 'there are registers for the codes of sixteen columns in six waves, and columns enough for every SIMD'}
//   - {if: REGISTERS > 255, tile: {n: 16}, thread: {n: 8}, because: 'there are registers for the codes of eight columns'}
// ---

const STEP = 64u;
const LANES = TILE_K / STEP; // threads along k
const GROUP = max(THREAD_N / 2u, 1u); // columns whose codes are decoded beside each other, while those of others arrive
const MOST_TURNS = 0x10000u; // more than any k has

var<workgroup> partials: array<array<f32, TILE_N>, LANES>; // [lane][column]

alias Sums = array<f32, THREAD_N>;
alias Columns = array<Codes, THREAD_N>;
alias CodesSpots = array<u32, THREAD_N>;
alias Strips = array<Strip, THREAD_N>;
alias StripSpots = array<StripSpot, THREAD_N>;
alias Row = array<Eight, 2>; // 16 elements of A

// Sums of up to 32 products of each column, not yet scaled: of codes with even places and with odd ones, if these are larger; and of A.
struct Block {
  even: Sums,
  odd: Sums,
  of_a: f32,
}

// 16 elements of the row, a part of what a strip is multiplied by, at a constant distance from a spot.
fn row_at(spot: u32, part: u32) -> Row {
  return Row(eight_at_a(spot + 2u * part), eight_at_a(spot + 2u * part + 1u));
}

// Whether a block begins, or ends, with a part of a strip.
fn begins(part: u32) -> bool {
  return SCALE_STEP < 32u || part % 2u == 0u;
}
fn ends(part: u32) -> bool {
  return SCALE_STEP < 32u || part % 2u == 1u;
}

// The second half of a group's codes. Read once the first is used up, it takes no registers of its own, and arrives while another
// group is multiplied.
fn read_on(codes: ptr<function, Columns>, spots: ptr<function, CodesSpots>, turn: u32, group: u32) {
  for (var c = group; c < group + GROUP; c++) { (*codes)[c] = codes_at_b((*spots)[c] + ahead_b(turn) + ahead_b(32u)); }
}

// Eight codes of each column of a group times the same elements of A. Columns take turns, so that no multiply-add waits for the one before it.
fn multiply(block: ptr<function, Block>, codes: ptr<function, Columns>, a: Eight, i: u32, group: u32) {
  var b: array<Eight, GROUP>;
  for (var c = 0u; c < GROUP; c++) { b[c] = decode8_strip((*codes)[group + c], i); }
  for (var u = 0u; u < 4u; u++) {
    if (u % 2u == 0u || STRIP_ODD == 1.0) {
      for (var c = 0u; c < GROUP; c++) { (*block).even[group + c] += a.lo[u] * b[c].lo[u]; }
      for (var c = 0u; c < GROUP; c++) { (*block).even[group + c] += a.hi[u] * b[c].hi[u]; }
    } else {
      for (var c = 0u; c < GROUP; c++) { (*block).odd[group + c] += a.lo[u] * b[c].lo[u]; }
      for (var c = 0u; c < GROUP; c++) { (*block).odd[group + c] += a.hi[u] * b[c].hi[u]; }
    }
  }
}

// Products of a part of a group's strips. Where a block ends they are scaled, and added to the sums.
fn add_group(
  sums: ptr<function, Sums>,
  block: ptr<function, Block>,
  codes: ptr<function, Columns>,
  scales: ptr<function, Strips>,
  spots: ptr<function, StripSpots>,
  row: Row,
  part: u32,
  group: u32,
) {
  for (var c = group; begins(part) && c < group + GROUP; c++) {
    (*block).even[c] = 0.0;
    (*block).odd[c] = 0.0;
  }
  multiply(block, codes, row[0], 2u * part % 4u, group);
  multiply(block, codes, row[1], 2u * part % 4u + 1u, group);
  for (var c = group; ends(part) && c < group + GROUP; c++) {
    let even = (*block).even[c] - strip_plus((*scales)[c])[part] * (*block).of_a;
    let products = select(even + (1.0 / STRIP_ODD) * (*block).odd[c], even, STRIP_ODD == 1.0);
    (*sums)[c] += strip_scales((*scales)[c], (*spots)[c])[part] * products;
  }
}

// The same of all columns of a thread. After the second part, the codes that follow.
fn add(
  sums: ptr<function, Sums>,
  block: ptr<function, Block>,
  codes: ptr<function, Columns>,
  codes_spots: ptr<function, CodesSpots>,
  scales: ptr<function, Strips>,
  scale_spots: ptr<function, StripSpots>,
  row: Row,
  turn: u32,
  part: u32,
) {
  if (begins(part)) { (*block).of_a = 0.0; }
  if (STRIP_RAISED) { (*block).of_a += dot(row[0].lo + row[0].hi + row[1].lo + row[1].hi, vec4<f32>(1.0)); }
  add_group(sums, block, codes, scales, scale_spots, row, part, 0u);
  if (part == 1u) { read_on(codes, codes_spots, turn, 0u); }
  if (THREAD_N > GROUP) {
    add_group(sums, block, codes, scales, scale_spots, row, part, GROUP);
    if (part == 1u) { read_on(codes, codes_spots, turn, GROUP); }
  }
}

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y) @subgroup_size(SUBGROUP_SIZE)
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
  var codes_spots: CodesSpots;
  var scale_spots: StripSpots;
  for (var c = 0u; c < THREAD_N; c++) {
    let col = min(at.col + first + c, problem.n - 1u);
    codes_spots[c] = min(spot_b(at.matrix, 0u, col) + ahead_b(STEP * lane), 0x07fffff0u);
    scale_spots[c] = strip_spot(min(scale_index(at.matrix, 0u, col) + ahead_scale(STEP * lane), 0x07fffff0u));
  }
  let row_of_a = eight_spot_a(at.matrix, at.row, at.row_end, STEP * lane);

  var sums: Sums;
  var marks: array<u32, THREAD_N>;
  // A constant end, because compilers for web pages count the turns of a loop whose end they do not know.
  for (var step = 0u; step < MOST_TURNS; step++) {
    let turn = step * TILE_K;
    if (turn + STEP * lane >= problem.k) { break; }
    let spot = min(row_of_a + turn / 8u, 0x0ffffff0u);
    var scales: Strips;
    var codes: Columns;
    for (var c = 0u; c < THREAD_N; c++) { codes[c] = codes_at_b(codes_spots[c] + ahead_b(turn)); }
    for (var c = 0u; c < THREAD_N; c++) {
      scales[c] = strip_at(scale_spots[c], ahead_scale(turn));
      if (!STRIP_NAN_SHOWS) { marks[c] = strip_mark(marks[c], scales[c], scale_spots[c]); }
    }

    var block: Block;
    add(&sums, &block, &codes, &codes_spots, &scales, &scale_spots, row_at(spot, 0u), turn, 0u);
    add(&sums, &block, &codes, &codes_spots, &scales, &scale_spots, row_at(spot, 1u), turn, 1u);
    add(&sums, &block, &codes, &codes_spots, &scales, &scale_spots, row_at(spot, 2u), turn, 2u);
    add(&sums, &block, &codes, &codes_spots, &scales, &scale_spots, row_at(spot, 3u), turn, 3u);
  }

  for (var c = 0u; c < THREAD_N; c++) {
    // Whether a sum that is not finite is too large, or a scale was NaN.
    let asked = STRIP_NAN_SHOWS && (bitcast<u32>(sums[c]) & 0x7f800000u) == 0x7f800000u;
    for (var turn = 0u; asked && turn + STEP * lane < problem.k; turn += TILE_K) {
      marks[c] = strip_mark(marks[c], strip_at(scale_spots[c], ahead_scale(turn)), scale_spots[c]);
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
