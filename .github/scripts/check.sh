#!/usr/bin/env bash
# Verdicts over the recorded history, as the job summary; the exit code is check's, except that a young history passes.
#
# SHAPEMARK_HISTORY   folder that holds results/
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
if [ ! -d "$SHAPEMARK_HISTORY/results" ]; then
  echo "$SHAPEMARK_HISTORY/results is not there: nothing was recorded" >&2
  exit 2
fi
report=$(run_ts "$root/src/cli/bin.ts" check --results "$SHAPEMARK_HISTORY/results" --no-log --format markdown)
code=$?
summary() { if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat >>"$GITHUB_STEP_SUMMARY"; else cat; fi; }
printf '### shapemark: history\n\n%s\n' "$report" | summary
# Nothing to compare with yet is what the first runs of a history look like; it is said in the summary and is no regression.
if [ "$code" -eq 3 ]; then
  echo "::notice::nothing to compare with yet"
  exit 0
fi
exit "$code"
