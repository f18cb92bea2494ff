/**
 * The parts of the schedulers' formats that the examples use, strictly: what is not here is refused, so that a misspelt key is found.
 * After the API reference of Kubernetes batch/v1, the workflow syntax of GitHub Actions, and the manual page of sbatch.
 */
import { z } from 'zod';

/** A DNS label, as object names must be. */
const label = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
const quantity = z.union([z.int().positive(), z.string().regex(/^\d+(\.\d+)?([mkMGTPE]|[KMGTPE]i)?$/)]);

const environmentVariable = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
    value: z.string().optional(),
    valueFrom: z
      .strictObject({
        fieldRef: z.strictObject({
          fieldPath: z.string().regex(/^metadata\.(name|uid|namespace|(annotations|labels)\['[\w./-]+'\])$/),
        }),
      })
      .optional(),
  })
  .refine(({ value, valueFrom }) => (value === undefined) !== (valueFrom === undefined), 'value or valueFrom');

const container = z.strictObject({
  name: label,
  image: z.string().regex(/^[\w./-]+:[\w.-]+$/),
  workingDir: z.string().startsWith('/').optional(),
  command: z.array(z.string()).nonempty().optional(),
  args: z.array(z.string()).nonempty().optional(),
  env: z.array(environmentVariable).optional(),
  resources: z
    .strictObject({
      limits: z.record(z.string(), quantity).optional(),
      requests: z.record(z.string(), quantity).optional(),
    })
    .optional(),
  volumeMounts: z
    .array(z.strictObject({ name: label, mountPath: z.string().startsWith('/'), readOnly: z.boolean().optional() }))
    .optional(),
});

const pod = z
  .strictObject({
    // A Job's pods may not restart always.
    restartPolicy: z.enum(['Never', 'OnFailure']),
    terminationGracePeriodSeconds: z.int().nonnegative().optional(),
    nodeSelector: z.record(z.string(), z.string()).optional(),
    containers: z.array(container).nonempty(),
    volumes: z
      .array(z.strictObject({ name: label, persistentVolumeClaim: z.strictObject({ claimName: label }) }))
      .optional(),
  })
  .refine(
    ({ containers, volumes = [] }) =>
      containers.every(({ volumeMounts = [] }) =>
        volumeMounts.every((mount) => volumes.some(({ name }) => name === mount.name)),
      ),
    'a mount without its volume',
  );

export const kubernetesJob = z.strictObject({
  apiVersion: z.literal('batch/v1'),
  kind: z.literal('Job'),
  metadata: z.strictObject({ name: label, labels: z.record(z.string(), z.string()).optional() }),
  spec: z
    .strictObject({
      completionMode: z.enum(['Indexed', 'NonIndexed']).optional(),
      completions: z.int().positive().optional(),
      parallelism: z.int().positive().optional(),
      backoffLimit: z.int().nonnegative().optional(),
      backoffLimitPerIndex: z.int().nonnegative().optional(),
      activeDeadlineSeconds: z.int().positive().optional(),
      template: z.strictObject({ spec: pod }),
    })
    .refine(
      (spec) => spec.completionMode !== 'Indexed' || spec.completions !== undefined,
      'an indexed Job says how many',
    )
    .refine(
      (spec) => spec.backoffLimitPerIndex === undefined || spec.completionMode === 'Indexed',
      'only of an indexed Job',
    ),
});

const permissions = z.partialRecord(
  z.enum(['contents', 'pull-requests', 'id-token', 'attestations', 'packages', 'actions']),
  z.enum(['read', 'write', 'none']),
);

const step = z
  .strictObject({
    id: z.string().optional(),
    name: z.string().optional(),
    if: z.string().optional(),
    uses: z.string().optional(),
    run: z.string().optional(),
    with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  })
  .refine(({ uses, run }) => (uses === undefined) !== (run === undefined), 'uses or run');

const job = z.strictObject({
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  if: z.string().optional(),
  'runs-on': z.union([z.string(), z.array(z.string())]),
  'timeout-minutes': z.int().positive(),
  permissions: permissions.optional(),
  strategy: z
    .strictObject({
      'fail-fast': z.boolean().optional(),
      'max-parallel': z.int().positive().optional(),
      matrix: z.record(z.string(), z.array(z.union([z.string(), z.number()])).nonempty()),
    })
    .optional(),
  steps: z.array(step).nonempty(),
});

export const githubWorkflow = z.strictObject({
  name: z.string(),
  on: z.union([z.enum(['workflow_dispatch', 'push', 'pull_request']), z.record(z.string(), z.unknown())]),
  permissions,
  jobs: z.record(z.string().regex(/^[a-z_][\w-]*$/i), job),
});

const time = /^(\d+-)?\d+(:\d\d){0,2}$/;
/** What each option of sbatch takes; null for one without a value. */
const SBATCH: Readonly<Record<string, RegExp | null>> = {
  'job-name': /^[\w-]+$/,
  array: /^\d+(-\d+(:\d+)?)?(,\d+(-\d+)?)*(%\d+)?$/,
  gres: /^\w+(:\w+)?(:\d+)?$/,
  'gpus-per-task': /^\d+$/,
  'cpus-per-task': /^\d+$/,
  ntasks: /^\d+$/,
  time,
  partition: /^[\w,-]+$/,
  requeue: null,
  signal: /^([RB]+:)?[A-Z0-9]+(@\d+)?$/,
  'open-mode': /^(append|truncate)$/,
  output: /^\S+$/,
};

export const slurmDirectives = z.array(
  z.string().refine((line) => {
    const [, name = '', value] = /^#SBATCH --([\w-]+)(?:=(\S+))?$/.exec(line) ?? [];
    const takes = SBATCH[name];
    return takes === null ? value === undefined : (takes?.test(value ?? '') ?? false);
  }, 'an option that sbatch does not have, or with a value that it does not take'),
);
