enable f16;
const TILE_M = 16u;
const TILE_N = 16u;
const TILE_K = 4u;
const THREAD_M = 4u;
const THREAD_N = 4u;
const WORKGROUP_X = 4u;
const WORKGROUP_Y = 4u;
const A_ALONG_K = false;
const B_ALONG_K = false;
const A_VECTOR = true;
const B_VECTOR = true;
const HAS_BIAS = false;
alias In = f16;
alias Acc = f16;

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
@group(0) @binding(1) var<storage, read> A: array<vec4<f16>>;
@group(0) @binding(2) var<storage, read> B: array<vec4<f16>>;
@group(0) @binding(3) var<storage, read_write> C: array<vec4<f32>>;

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
  return (matrix * problem.k + k) * problem.m + (row - matrix * problem.m);
}
fn patch_a_step(matrix: u32, row: u32, k: u32) -> vec4<In> {
  if (k >= problem.k) { return vec4<In>(); }
  let e = a_index(matrix, row, k);
  return A[e >> 2u];
}
fn patch_a(matrix: u32, row: u32, row_end: u32, k: u32) -> mat4x4<In> {
  let first = min(row, row_end - 4u);
  return transpose(mat4x4<In>(
    patch_a_step(matrix, first, k),
    patch_a_step(matrix, first, k + 1u),
    patch_a_step(matrix, first, k + 2u),
    patch_a_step(matrix, first, k + 3u),
  ));
}
fn b_index(matrix: u32, k: u32, col: u32) -> u32 {
  return (matrix * problem.k + k) * problem.n + col;
}
fn patch_b_step(matrix: u32, k: u32, col: u32) -> vec4<In> {
  if (k >= problem.k) { return vec4<In>(); }
  let e = b_index(matrix, k, min(col, problem.n - 4u));
  return B[e >> 2u];
}
fn patch_b(matrix: u32, k: u32, col: u32) -> mat4x4<In> {
  return mat4x4<In>(
    patch_b_step(matrix, k, col),
    patch_b_step(matrix, k + 1u, col),
    patch_b_step(matrix, k + 2u, col),
    patch_b_step(matrix, k + 3u, col),
  );
}
fn add_bias4(matrix: u32, col: u32, values: vec4<f32>) -> vec4<f32> {
  return values;
}
fn store_c4(matrix: u32, row: u32, col: u32, values: vec4<f32>) {
  if (col >= problem.n) { return; }
  C[(row * problem.n + col) >> 2u] = add_bias4(matrix, col, values);
}

