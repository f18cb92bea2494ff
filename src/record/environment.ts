/**
 * Where a run happened, as the record stores it: software versions, operating system, CPU, adapter. Facts about a kind of
 * machine, never about a person or a host.
 */
import { z } from 'zod';

/** The adapter as described by the driver; equal to the engine's device facts. */
export const adapterSchema = z.object({
  source: z.enum(['gpu', 'system-software', 'embedded-software', 'scripted']),
  vendor: z.string(),
  architecture: z.string(),
  device: z.string(),
  description: z.string(),
  /** vulkan, metal, d3d12; `scripted` for a scenario. */
  backend: z.string(),
  driver: z.string(),
  features: z.array(z.string()).readonly(),
  limits: z.record(z.string(), z.number()).readonly(),
  subgroupSize: z.tuple([z.number(), z.number()]).readonly().optional(),
  toggles: z.array(z.string()).readonly(),
  timestamps: z.boolean(),
  /** Bytes of the memory that operands may take, where the engine tells. */
  memoryBytes: z.number().positive().optional(),
  /** A scripted device computes nothing: its rows carry the scenario's numbers. */
  simulated: z.boolean(),
});

/** The default engine. */
export const USUAL_ENGINE = 'webgpu';

export const cpuSchema = z.object({ model: z.string(), cores: z.int().positive() });

export const osSchema = z.object({
  /** As Node names it: linux, darwin, win32; a browser's own word otherwise. */
  platform: z.string(),
  /** Kernel release. */
  release: z.string(),
  arch: z.string(),
});

export const environmentSchema = z.object({
  /** Version of this harness. */
  shapemark: z.string(),
  /** What runs the JavaScript: `node 20.20.2` or a browser. */
  runtime: z.object({ name: z.string(), version: z.string() }),
  /** Version of the npm package that contains Dawn; null if unused. */
  dawn: z.string().nullable(),
  /** The engine; default `webgpu`. */
  engine: z.string().regex(/^[a-z][a-z0-9-]*$/),
  os: osSchema,
  cpu: cpuSchema,
  adapter: adapterSchema,
  /** Whether drivers could reuse compiled shaders from disk. */
  shaderCache: z.enum(['off', 'on', 'unknown']),
  /** Whether the polling JavaScript thread has a lower priority (relevant for software adapters). */
  yieldCpu: z.boolean(),
  /** The GPU's name as whoever measured in a browser gave it, which tells only the family. Shown, and never believed. */
  claimed: z.string().max(100).optional(),
});

/** One physical population of machines, stored once beside its runs as `machine.json`. */
export const machineSchema = z.object({
  schema: z.literal('shapemark-machine/1'),
  machine: z.string(),
  adapter: adapterSchema.pick({ source: true, vendor: true, architecture: true, device: true, backend: true }),
  os: osSchema.pick({ platform: true, arch: true }),
  cpu: cpuSchema,
});

export type Environment = z.infer<typeof environmentSchema>;
export type AdapterFacts = z.infer<typeof adapterSchema>;
export type Machine = z.infer<typeof machineSchema>;
