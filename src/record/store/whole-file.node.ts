/** Reads many files one after another into the same memory: fresh memory for each costs more than the reading. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export class WholeFile {
  private memory = Buffer.alloc(1 << 16);

  /**
   * @param most bytes wanted at most, from the start
   * @returns valid until the next read
   */
  read(file: string, most = Number.POSITIVE_INFINITY): Buffer {
    const descriptor = openSync(file, 'r');
    try {
      const size = Math.min(fstatSync(descriptor).size, most);
      if (size > this.memory.length) this.memory = Buffer.alloc(size + (size >> 1));
      let length = 0;
      while (length < size) {
        const read = readSync(descriptor, this.memory, length, size - length, length);
        if (read === 0) break;
        length += read;
      }
      return this.memory.subarray(0, length);
    } finally {
      closeSync(descriptor);
    }
  }
}
