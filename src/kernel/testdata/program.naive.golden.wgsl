const TILE_M = 2u;
const TILE_N = 16u;
const TILE_K = 1u;
const THREAD_M = 1u;
const THREAD_N = 1u;
const WORKGROUP_X = 16u;
const WORKGROUP_Y = 2u;
const A_ALONG_K = true;
const B_ALONG_K = false;
const A_VECTOR = false;
const B_VECTOR = false;
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
@group(0) @binding(2) var<storage, read> B: array<f32>;
@group(0) @binding(3) var<storage, read_write> C: array<f32>;

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
fn b_index(matrix: u32, k: u32, col: u32) -> u32 {
  return (matrix * problem.k + k) * problem.n + col;
}
fn load_b(matrix: u32, k: u32, col: u32) -> In {
  let e = b_index(matrix, k, col);
  return B[e];
}
fn add_bias(matrix: u32, col: u32, value: f32) -> f32 {
  return value;
}
fn store_c(matrix: u32, row: u32, col: u32, value: f32) {
  C[row * problem.n + col] = add_bias(matrix, col, value);
}

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let at = place(workgroup, workgroups);
  let row = at.row + local.y;
  let col = at.col + local.x;
  // Tiles at the edges of C reach beyond it.
  if (!at.live || row >= at.row_end || col >= problem.n) { return; }

  var sum = 0.0;
  for (var k = 0u; k < problem.k; k++) {
    sum += load_a(at.matrix, row, k) * load_b(at.matrix, k, col);
  }
  store_c(at.matrix, row, col, sum);
}
