const TILE_M = 4u;
const TILE_N = 32u;
const TILE_K = 32u;
const THREAD_M = 4u;
const THREAD_N = 4u;
const WORKGROUP_X = 8u;
const WORKGROUP_Y = 1u;
const A_ALONG_K = true;
const B_ALONG_K = true;
const A_VECTOR = false;
const B_VECTOR = true;
const HAS_BIAS = false;
alias In = f32;
alias Acc = f32;

struct Problem {
  m: u32,
  n: u32,
  k: u32,
  matrices: u32,
  tiles_m: u32,
  tiles_n: u32,
  tiles: u32,
  tensor_scale: f32,
}
struct Place {
  live: bool,
  matrix: u32,
  row: u32,
  row_end: u32,
  col: u32,
}

@group(0) @binding(0) var<uniform> problem: Problem;
@group(0) @binding(1) var<storage, read> A: array<f32>;
@group(0) @binding(2) var<storage, read> B: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read_write> C: array<atomic<u32>>;
@group(0) @binding(4) var<storage, read> scales: array<u32>;

fn place(workgroup: vec3<u32>, workgroups: vec3<u32>) -> Place {
  let index = workgroup.y * workgroups.x + workgroup.x;
  let live = index < problem.tiles;
  let inside = index % (problem.tiles_m * problem.tiles_n); // among the tiles of one matrix
  let top = inside / (8u * problem.tiles_n) * 8u; // m-tiles above the band
  let rows = min(8u, problem.tiles_m - top);
  let turn = inside - top * problem.tiles_n;
  let tile_m = (index - inside) / problem.tiles_n + top + turn % rows;
  let col = turn / rows * TILE_N;
  let matrix = tile_m / problem.tiles_m;
  let first = matrix * problem.m;
  return Place(live, matrix, first + (tile_m % problem.tiles_m) * TILE_M, first + problem.m, col);
}
fn a_index(matrix: u32, row: u32, k: u32) -> u32 {
  return row * problem.k + k;
}
fn load_a(matrix: u32, row: u32, k: u32) -> In {
  let e = a_index(matrix, row, k);
  return A[e];
}
fn load_a4(matrix: u32, row: u32, k: u32) -> vec4<In> {
  var four = vec4<In>();
  for (var i = 0u; i < min(4u, problem.k - min(k, problem.k)); i++) { four[i] = load_a(matrix, row, k + i); }
  return four;
}
struct Eight {
  lo: vec4<In>,
  hi: vec4<In>,
}
fn load_a8(matrix: u32, row: u32, k: u32) -> Eight {
  return Eight(load_a4(matrix, row, k), load_a4(matrix, row, k + 4u));
}
const SCALE_BLOCK = 16u;
const SCALE_STEP = 16u;
alias Codes = vec4<u32>;
fn decode_word(word: u32) -> Eight {
  let normal = (word >> 1u) | (word >> 2u); // a code's lowest bit: its exponent is not zero
  let low = word & (normal | 0xeeeeeeeeu);
  let top = (word & 0x88888888u) | (((word | normal) & 0x11111111u) << 2u);
  let pairs = (vec4<u32>(top << 12u, top << 8u, top << 4u, top) & vec4<u32>(0xc000c000u))
    | (vec4<u32>(low << 6u, low << 2u, low >> 2u, low >> 6u) & vec4<u32>(0x01c001c0u));
  return Eight(bitcast<vec4<f32>>(pairs << vec4<u32>(16u)), bitcast<vec4<f32>>(pairs & vec4<u32>(0xffff0000u)));
}
fn words_b32(matrix: u32, k: u32, col: u32) -> vec4<u32> {
  return B[(matrix * problem.n + col) * ((problem.k + 31u) / 32u) + k / 32u];
}
fn scale_index(matrix: u32, block: u32, col: u32) -> u32 {
  return (matrix * problem.n + col) * ((problem.k + SCALE_BLOCK - 1u) / SCALE_BLOCK) + block;
}
fn scale_byte(matrix: u32, block: u32, col: u32) -> u32 {
  let index = scale_index(matrix, block, col);
  return (scales[index >> 2u] >> (8u * (index & 3u))) & 0xffu;
}
fn codes_b(matrix: u32, k: u32, col: u32) -> Codes {
  return words_b32(matrix, k, col);
}
fn block_scale(matrix: u32, k: u32, col: u32) -> f32 {
  return e4m3(scale_byte(matrix, k / SCALE_BLOCK, col));
}
fn finish4(sums: vec4<f32>) -> vec4<f32> {
  return 0x1p-2f * problem.tensor_scale * sums;
}
fn e4m3(byte: u32) -> f32 {
  let value = unpack2x16float(byte << 7u).x * 256.0;
  return select(value, bitcast<f32>(0x7fc00000u | (byte & 1u)), byte == 127u);
}
fn add_bias(matrix: u32, col: u32, value: f32) -> f32 {
  return value;
}
fn bf16_bits(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return 0x7fc0u; }
  return (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u;
}
fn store_c(matrix: u32, row: u32, col: u32, value: f32) {
  let e = row * problem.n + col;
  let shift = 16u * (e & 1u);
  let half = bf16_bits(add_bias(matrix, col, value));
  // Clearing and setting one half does not affect the other, whatever the order of threads.
  atomicAnd(&C[e >> 1u], 0xffff0000u >> shift);
  atomicOr(&C[e >> 1u], half << shift);
}
fn store_c4(matrix: u32, row: u32, col: u32, values: vec4<f32>) {
  for (var i = 0u; i < min(4u, problem.n - min(col, problem.n)); i++) { store_c(matrix, row, col + i, values[i]); }
}

const SUMS = THREAD_M * THREAD_N;

