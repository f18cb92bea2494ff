#!/usr/bin/env bash
# Verdicts over the recorded history, as the job summary; the exit code is check's, except that a young history passes.
#
# SHAPEMARK_HISTORY   folder that holds results/
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
report=$(mktemp)
trap 'rm -f "$report"' EXIT
node --import "file://$root/node_modules/tsx/dist/loader.mjs" "$root/src/cli/bin.ts" check --results "$SHAPEMARK_HISTORY/results" --no-log --format markdown >"$report"
code=$?
{
  printf '### shapemark: history\n\n'
  cat "$report"
} >>"${GITHUB_STEP_SUMMARY:-/dev/stdout}"
# Nothing to compare with yet is what the first runs of a history look like; it is said in the summary and is no regression.
if [ "$code" -eq 3 ]; then
  echo "::notice::nothing to compare with yet"
  exit 0
fi
exit "$code"
