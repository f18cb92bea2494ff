/** The end of a WGSL function that returns as `Eight` what `pairs` holds: four words of two f16, values j and j + 4 each. */
export const EIGHT_OF_PAIRS = `let zero = unpack2x16float(pairs.x);
  let one = unpack2x16float(pairs.y);
  let two = unpack2x16float(pairs.z);
  let three = unpack2x16float(pairs.w);
  return Eight(vec4<f32>(zero.x, one.x, two.x, three.x), vec4<f32>(zero.y, one.y, two.y, three.y));`;
