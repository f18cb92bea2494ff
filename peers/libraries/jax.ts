/** jax-js on the session's device, which it gets through `navigator.gpu`. */
import type { Array as JaxArray } from '@jax-js/jax';
import { type LoadLibrary, type Multiplication, refusesAllButF32 } from '../library.ts';

type Jax = typeof import('@jax-js/jax');

export const loadJax: LoadLibrary = async ({ device }) => {
  const jax = await import('@jax-js/jax');
  await jax.init('webgpu');
  jax.defaultDevice('webgpu');
  if (jax.getWebGPUDevice() !== device) throw new Error('it opened a device of its own');
  return {
    refuses: refusesAllButF32,
    multiply: async ({ problem, a, b }) => {
      const { m, n, k } = problem.shape;
      const { array } = jax.numpy;
      return new JaxMultiplication(jax, array(await a()).reshape([m, k]), array(await b()).reshape([k, n]));
    },
  };
};

class JaxMultiplication implements Multiplication {
  readonly #jax: Jax;
  readonly #a: JaxArray;
  readonly #b: JaxArray;
  #c: JaxArray | null = null;

  constructor(jax: Jax, a: JaxArray, b: JaxArray) {
    this.#jax = jax;
    this.#a = a;
    this.#b = b;
  }

  /** Arrays are lazy: blockUntilReady submits all pending operations, then waits. */
  async run(repeats: number): Promise<void> {
    this.#c?.dispose();
    const { numpy, blockUntilReady } = this.#jax;
    const products = Array.from({ length: repeats }, () => numpy.dot(this.#a.ref, this.#b.ref));
    await blockUntilReady(products);
    this.#c = products.pop() ?? null;
    for (const product of products) product.dispose();
  }

  async result(): Promise<Float32Array> {
    return (await this.#c?.ref.data()) ?? new Float32Array();
  }

  dispose(): void {
    for (const array of [this.#a, this.#b, this.#c]) array?.dispose();
  }
}
