/** How a record stores cases that no device serves (not-served.ts). A file of its own, so that a web page needs no zod. */
import { z } from 'zod';

export const notServedSchema = z.object({
  /** Case ids without their kernel. */
  problems: z.array(z.string()).readonly(),
  kernels: z
    .array(
      z.object({
        kernel: z.string(),
        /** The rule of the kernel's file, to be read after its name: `serves weights in int4 only`. */
        rule: z.string(),
        /** Indices into `problems`. */
        problems: z.array(z.int().nonnegative()).nonempty().readonly(),
      }),
    )
    .readonly(),
});

export type NotServed = z.infer<typeof notServedSchema>;
