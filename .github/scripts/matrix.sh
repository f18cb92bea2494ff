#!/usr/bin/env bash
# The runners that measure, as the matrix of the jobs that follow: a hosted one with a software adapter, and more.
#
# SHAPEMARK_RUNNERS   JSON list of more, e.g. [{"name": "rtx-4090", "runs-on": ["self-hosted", "rtx-4090"], "adapter": "gpu"}]
set -euo pipefail
[ -z "${GITHUB_OUTPUT:-}" ] || exec >>"$GITHUB_OUTPUT"
node -e '
  const more = JSON.parse(process.argv[1] || "[]");
  const hosted = { name: "software", "runs-on": ["ubuntu-24.04"], adapter: "software" };
  process.stdout.write(`matrix=${JSON.stringify({ include: [hosted, ...more] })}\n`);
' "${SHAPEMARK_RUNNERS:-}"
