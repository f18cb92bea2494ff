/**
 * Two 4-bit codes per byte, in the two orders in use:
 * - `gpt-oss` (also Hugging Face and torchao): byte j holds element 2j in its low nibble, 2j + 1 in its high one
 * - `llama.cpp`: within each block, byte j holds element j low and element j + block/2 high
 */
type NibbleOrder = 'gpt-oss' | 'llama.cpp';

/**
 * Packs 4-bit codes into bytes, `codes.length / 2` of them.
 *
 * @throws RangeError when the codes are not whole blocks of `block`.
 */
export function packNibbles(codes: ArrayLike<number>, order: NibbleOrder = 'gpt-oss', block = 32): Uint8Array {
  requireBlocks(codes.length, block);
  const bytes = new Uint8Array(codes.length / 2);
  for (let j = 0; j < bytes.length; j += 1) {
    const [low, high] = elementsOf(j, order, block);
    bytes[j] = ((codes[low] ?? 0) & 15) | (((codes[high] ?? 0) & 15) << 4);
  }
  return bytes;
}

/**
 * Inverse of {@link packNibbles}: two codes a byte.
 *
 * @throws RangeError when the bytes are not whole blocks of `block` codes.
 */
export function unpackNibbles(bytes: ArrayLike<number>, order: NibbleOrder = 'gpt-oss', block = 32): Uint8Array {
  requireBlocks(bytes.length * 2, block);
  const codes = new Uint8Array(bytes.length * 2);
  for (let j = 0; j < bytes.length; j += 1) {
    const [low, high] = elementsOf(j, order, block);
    const byte = bytes[j] ?? 0;
    codes[low] = byte & 15;
    codes[high] = byte >>> 4;
  }
  return codes;
}

function requireBlocks(codes: number, block: number): void {
  if (codes % block !== 0) throw new RangeError(`${codes} codes are not whole blocks of ${block}`);
}

/** The elements in the low and high nibble of byte j. */
function elementsOf(j: number, order: NibbleOrder, block: number): readonly [number, number] {
  if (order === 'gpt-oss') return [2 * j, 2 * j + 1];
  const half = block / 2;
  const first = Math.floor(j / half) * block + (j % half);
  return [first, first + half];
}
