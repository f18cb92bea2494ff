// ---
// frontMatter: 2
// kernelAbi: 2
// name: "{w}-columns"
// technique: "{w}-gemv, but a thread decodes one column after the other beside the same elements of A, so that few registers are live"
// builds-on: "{w}-gemv"
// formats: {w: [scaled, zero-points], a: [f32, f16, bf16], acc: [f32], out: [f32, f16, bf16]}
// layouts: [nt] # blocks run along k
// batched: true
// grouped: true
// bias: true
// tile:
//   m: {default: 4, values: [1, 2, 4, 8], because: 'all rows of a tile share each weight that is read'}
//   n: {default: 8, values: [4, 8, 16, 32], because: 'a few columns a thread'}
//   k: {default: 1024, values: [256, 512, 1024, 2048], because: '32 codes a thread in each pass over the lanes'}
// thread:
//   m: {default: 4, values: [1, 2, 4, 8], because: 'a thread sums every row of its tile'}
//   n: {default: 4, values: [1, 2, 4, 8], because: 'columns of a thread share each element of A that is read'}
// workgroup: [TILE_N / THREAD_N * (TILE_K / 32), 1]
// workgroupBytes: TILE_M * TILE_N * TILE_K / 8
// only:
//   - {if: m <= 32, because: 'B is read again for every 8 rows; larger m is for the tiled kernel'}
//   - {if: TILE_M == THREAD_M, because: 'a thread sums every row of its tile'}
// preferred:
//   - {if: GPU and m <= 16, rank: 18, because: 'few rows are bound by reading B once'}
// cuts:
//   - {if: REGISTERS > 128 and m == 1, tile: {n: 16}, thread: {n: 8}, because: 'one row leaves registers for the codes of more columns, which share each element of A'}
//   - {if: REGISTERS < 128 and m > 1 and SCALE_BLOCK == 16, tile: {m: 2}, thread: {m: 2, n: 1}, because: 'two sums a column, one for each scale of a step, spill'}
//   - {if: REGISTERS < 128 and m > 1, tile: {m: 2}, thread: {m: 2, n: 2}, because: 'elements of A and sums of more rows or columns spill'}
//   - {if: REGISTERS <= 128, thread: {n: 2}, because: 'codes of more columns spill'}
//   - {if: REGISTERS > 255 and m > 4, thread: {n: 4}, because: 'compilers have the loads of eight rows on their way at once, which take 256 registers'}
//   - {if: m > 4, tile: {m: 8}, thread: {m: 8, n: 2}, because: 'each weight is read once for eight rows, with as many registers as four rows of four columns'}
// ---

const LANES = TILE_K / 32u; // threads along k

var<workgroup> partials: array<array<f32, TILE_N>, THREAD_M * LANES>; // [row][lane][column]

alias Sums = array<array<f32, THREAD_N>, THREAD_M>;
alias Columns = array<Codes, THREAD_N>;
alias Rows = array<f32, THREAD_M>;
alias Spots = array<u32, THREAD_M>;

// Eight elements of a row from k on; e of them beyond a spot, at a constant distance. Where k is not whole blocks the last vector
// again beyond it, if what pads a row is decoded as zero; where rows are not whole vectors, element by element.
fn eight_of(at: Place, i: u32, spot: u32, k: u32, e: u32) -> Eight {
  if (A_VECTOR && K_WHOLE) { return Eight(vector_at_a(spot + ahead_a(e)), vector_at_a(spot + ahead_a(e + 4u))); }
  let row = min(at.row + i, at.row_end - 1u);
  if (!A_VECTOR || AFFINE_PLUS != 0.0) { return Eight(load_a4(at.matrix, row, k + e), load_a4(at.matrix, row, k + e + 4u)); }
  let first = spot_a(at.matrix, row, at.row_end, 0u);
  let last = problem.k - 4u;
  return Eight(vector_at_a(first + ahead_a(min(k + e, last))), vector_at_a(first + ahead_a(min(k + e + 4u, last))));
}

// Eight of the 32 elements from k on: each column's codes times the same elements of A, and the sum of those if codes are raised.
fn multiply(sums: ptr<function, Sums>, of_a: ptr<function, Rows>, codes: ptr<function, Columns>, at: Place, spots: Spots, k: u32, e: u32) {
  var a: array<Eight, THREAD_M>;
  for (var i = 0u; i < THREAD_M; i++) {
    a[i] = eight_of(at, i, spots[i], k, 8u * e);
    if (AFFINE_PLUS != 0.0) { (*of_a)[i] += dot(a[i].lo + a[i].hi, vec4<f32>(1.0)); }
  }
  for (var c = 0u; c < THREAD_N; c++) {
    let b = decode8_affine((*codes)[c], e);
    for (var i = 0u; i < THREAD_M; i++) {
      var sum = (*sums)[i][c];
      for (var u = 0u; u < 4u; u++) { sum += a[i].lo[u] * b.lo[u]; }
      for (var u = 0u; u < 4u; u++) { sum += a[i].hi[u] * b.hi[u]; }
      (*sums)[i][c] = sum;
    }
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

  var codes_spots: array<u32, THREAD_N>;
  var scale_spots: array<u32, THREAD_N>;
  for (var c = 0u; c < THREAD_N; c++) {
    let col = min(at.col + first + c, problem.n - 1u);
    codes_spots[c] = spot_b(at.matrix, 0u, col);
    scale_spots[c] = scale_index(at.matrix, 0u, col);
  }

  var rows_of_a: Spots;
  for (var i = 0u; i < THREAD_M; i++) { rows_of_a[i] = spot_a(at.matrix, at.row + i, at.row_end, 0u); }

  var sums: Sums;
  for (var k = 32u * lane; k < problem.k; k += TILE_K) {
    var codes: Columns;
    var scales: array<Stored, THREAD_N>;
    for (var c = 0u; c < THREAD_N; c++) {
      codes[c] = codes_at_b(codes_spots[c] + ahead_b(k));
      scales[c] = stored_at(scale_spots[c] + ahead_scale(k));
    }
    var spots: Spots;
    for (var i = 0u; i < THREAD_M; i++) {
      // The bound, beyond every operand, tells compilers that what is added does not wrap, so that it becomes part of the load.
      spots[i] = min(rows_of_a[i] + ahead_a(k), 0x0ffffff0u);
    }
    var block = Sums(); // not yet scaled
    var of_a = Rows();
    multiply(&block, &of_a, &codes, at, spots, k, 0u);
    multiply(&block, &of_a, &codes, at, spots, k, 1u);
    if (SCALE_STEP < 32u) {
      for (var c = 0u; c < THREAD_N; c++) {
        let scale = scales_of(scales[c]).x;
        for (var i = 0u; i < THREAD_M; i++) { sums[i][c] += scale * (block[i][c] - affine_plus(scales[c]) * of_a[i]); }
      }
      block = Sums();
      of_a = Rows();
    }
    multiply(&block, &of_a, &codes, at, spots, k, 2u);
    multiply(&block, &of_a, &codes, at, spots, k, 3u);
    for (var c = 0u; c < THREAD_N; c++) {
      // The second scale of a row's last step is another row's where half a step is left.
      let scale = select(scales_of(scales[c]).y, 0.0, SCALE_STEP < 32u && !K_WHOLE && k + 16u >= problem.k);
      for (var i = 0u; i < THREAD_M; i++) { sums[i][c] += scale * (block[i][c] - affine_plus(scales[c]) * of_a[i]); }
    }
  }

  for (var i = 0u; i < THREAD_M; i++) {
    for (var c = 0u; c < THREAD_N; c++) { partials[i * LANES + lane][first + c] = sums[i][c]; }
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
