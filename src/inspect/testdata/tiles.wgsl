// Small, with every kind of loop: over k (outermost), a copy shared by the threads of a workgroup, and a step of the tile.
const TILE = 16u;
const STEPS = 64u;
struct Sizes { n: u32, k: u32 };
@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> b: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4<f32>>;
var<workgroup> tile: array<vec4<f32>, 1024>;

@compute @workgroup_size(16, 2)
fn main(@builtin(local_invocation_index) own: u32, @builtin(global_invocation_id) at: vec3<u32>) {
  var sum = vec4<f32>();
  for (var k = 0u; k < sizes.k; k += STEPS) {
    for (var i = own; i < TILE * STEPS; i += TILE * 2u) { tile[i] = b[k * sizes.n + i]; }
    workgroupBarrier();
    for (var step = 0u; step < min(STEPS, sizes.k - k); step++) {
      sum = fma(a[at.y * sizes.k + k + step], tile[step * TILE + own % TILE], sum);
    }
    workgroupBarrier();
  }
  c[at.y * sizes.n + at.x] = sum;
}
