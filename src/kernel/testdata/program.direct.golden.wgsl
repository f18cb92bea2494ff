const TILE_M = 8u;
const TILE_N = 64u;
const TILE_K = 4u;
const THREAD_M = 8u;
const THREAD_N = 8u;
const WORKGROUP_X = 8u;
const WORKGROUP_Y = 1u;
const A_ALONG_K = true;
const B_ALONG_K = true;
const A_VECTOR = true;
const B_VECTOR = true;
const HAS_BIAS = true;
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
@group(0) @binding(1) var<storage, read> A: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> B: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read_write> C: array<vec2<u32>>;
@group(0) @binding(5) var<storage, read> bias: array<f32>;
@group(0) @binding(6) var<storage, read> tiles: array<vec4<u32>>;

fn place(workgroup: vec3<u32>, workgroups: vec3<u32>) -> Place {
  let index = workgroup.y * workgroups.x + workgroup.x;
  let live = index < problem.tiles;
  let tile_m = index / problem.tiles_n;
  let col = (index % problem.tiles_n) * TILE_N;
  let tile = tiles[tile_m];
  return Place(live, tile.x, tile.y, tile.z, col);
}
fn a_index(matrix: u32, row: u32, k: u32) -> u32 {
  return row * problem.k + k;
}
fn load_a4(matrix: u32, row: u32, k: u32) -> vec4<In> {
  let e = a_index(matrix, row, min(k, problem.k - 4u));
  return select(vec4<In>(), A[e >> 2u], k < problem.k);
}
fn patch_a_row(matrix: u32, row: u32, row_end: u32, k: u32) -> vec4<In> {
  return load_a4(matrix, min(row, row_end - 1u), k);
}
fn patch_a(matrix: u32, row: u32, row_end: u32, k: u32) -> mat4x4<In> {
  return mat4x4<In>(
    patch_a_row(matrix, row, row_end, k),
    patch_a_row(matrix, row + 1u, row_end, k),
    patch_a_row(matrix, row + 2u, row_end, k),
    patch_a_row(matrix, row + 3u, row_end, k),
  );
}
fn b_index(matrix: u32, k: u32, col: u32) -> u32 {
  return (matrix * problem.n + col) * problem.k + k;
}
fn load_b4(matrix: u32, k: u32, col: u32) -> vec4<In> {
  if (k >= problem.k) { return vec4<In>(); }
  let e = b_index(matrix, k, col);
  return bf16_four(B[e >> 2u]);
}
fn patch_b_column(matrix: u32, k: u32, col: u32) -> vec4<In> {
  return load_b4(matrix, k, min(col, problem.n - 1u));
}
fn patch_b(matrix: u32, k: u32, col: u32) -> mat4x4<In> {
  return transpose(mat4x4<In>(
    patch_b_column(matrix, k, col),
    patch_b_column(matrix, k, col + 1u),
    patch_b_column(matrix, k, col + 2u),
    patch_b_column(matrix, k, col + 3u),
  ));
}
fn bf16_four(words: vec2<u32>) -> vec4<f32> {
  let even = bitcast<vec2<f32>>(words << vec2<u32>(16u));
  let odd = bitcast<vec2<f32>>(words & vec2<u32>(0xffff0000u));
  return vec4<f32>(even.x, odd.x, even.y, odd.y);
}
fn add_bias4(matrix: u32, col: u32, values: vec4<f32>) -> vec4<f32> {
  let e = matrix * problem.n + col;
  return values + vec4<f32>(bias[e], bias[e + 1u], bias[e + 2u], bias[e + 3u]);
}
fn f16_bits(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  let sign = (bits >> 16u) & 0x8000u;
  let magnitude = bits & 0x7fffffffu;
  let normal = (magnitude + 0xfffu + ((magnitude >> 13u) & 1u) - 0x38000000u) >> 13u;
  let shift = clamp(126u - min(magnitude >> 23u, 126u), 1u, 25u);
  let significand = (magnitude & 0x7fffffu) | 0x800000u;
  let quotient = significand >> shift;
  let rest = significand & ((1u << shift) - 1u);
  let tie = 1u << (shift - 1u);
  let subnormal = quotient + u32(rest > tie || (rest == tie && (quotient & 1u) == 1u));
  let finite = select(normal, subnormal, magnitude < 0x38800000u);
  return sign | select(finite, select(0x7c00u, 0x7e00u, magnitude > 0x7f800000u), magnitude >= 0x47800000u);
}
fn store_c4(matrix: u32, row: u32, col: u32, values: vec4<f32>) {
  if (col >= problem.n) { return; }
  let v = add_bias4(matrix, col, values);
  let words = vec2<u32>(f16_bits(v.x) | (f16_bits(v.y) << 16u), f16_bits(v.z) | (f16_bits(v.w) << 16u));
  C[(row * problem.n + col) >> 2u] = words;
}

const QUADS_M = THREAD_M / 4u;
const QUADS_N = THREAD_N / 4u;

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let at = place(workgroup, workgroups);
  // Each quad of a thread is WORKGROUP quads from its next, so that neighbouring threads read and write neighbouring vectors.
  let first_row = at.row + 4u * local.y;
  let first_col = at.col + 4u * local.x;
  if (!at.live || first_row >= at.row_end || first_col >= problem.n) { return; }

  // Column r of a patch of A is row r of A; column u of a patch of B is row u of B. So the product's column r is row r of C.
  var sums: array<mat4x4<f32>, QUADS_M * QUADS_N>;
  for (var k = 0u; k < problem.k; k += 4u) {
    var a: array<mat4x4<f32>, QUADS_M>;
    for (var i = 0u; i < QUADS_M; i++) {
      a[i] = patch_a(at.matrix, first_row + 4u * WORKGROUP_Y * i, at.row_end, k);
    }
    // One patch of B at a time: it shares the registers with A and all the sums.
    for (var j = 0u; j < QUADS_N; j++) {
      let b = patch_b(at.matrix, k, first_col + 4u * WORKGROUP_X * j);
      for (var i = 0u; i < QUADS_M; i++) { sums[i * QUADS_N + j] += b * a[i]; }
    }
  }

  for (var i = 0u; i < QUADS_M; i++) {
    for (var r = 0u; r < 4u; r++) {
      let row = first_row + 4u * WORKGROUP_Y * i + r;
      if (row >= at.row_end) { continue; }
      for (var j = 0u; j < QUADS_N; j++) {
        store_c4(at.matrix, row, first_col + 4u * WORKGROUP_X * j, sums[i * QUADS_N + j][r]);
      }
    }
  }
}
