#!/usr/bin/env bash
# Base against head, side by side: the verdict table goes to the job summary and to one comment; the exit code is compare's.
#
# SHAPEMARK_BASE, SHAPEMARK_HEAD   refs or folders of kernels; without a head, the kernels of the working tree
# SHAPEMARK_ARGUMENTS              more arguments of `shapemark compare`, one a line
# SHAPEMARK_COMMENT                true to comment; needs GITHUB_TOKEN
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
run_ts() { node --import "file://$root/node_modules/tsx/dist/loader.mjs" "$@"; }

# A shallow clone lacks what is compared. Kernels are read from a ref as data; nothing of it is checked out or run.
for ref in "${SHAPEMARK_BASE:-}" "${SHAPEMARK_HEAD:-}"; do
  ref=${ref#ref:}
  [ -z "$ref" ] || [ -d "$ref" ] || git cat-file -e "$ref^{commit}" 2>/dev/null || git fetch -q --no-tags --depth=1 -- origin "$ref" || exit 2
done

mapfile -t arguments < <(printf '%s\n' "${SHAPEMARK_ARGUMENTS:-}" | sed '/^[[:space:]]*$/d')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
run_ts "$root/src/cli/bin.ts" compare "$SHAPEMARK_BASE" ${SHAPEMARK_HEAD:+"$SHAPEMARK_HEAD"} \
  ${arguments[@]+"${arguments[@]}"} --format markdown >"$work/table.md" 2>"$work/errors.txt"
code=$?
cat "$work/errors.txt" >&2

{
  printf '### shapemark: %s\n\n' "${SHAPEMARK_TITLE:-kernels compared}"
  cat "$work/table.md"
  if [ -s "$work/errors.txt" ]; then printf '\n```\n%s\n```\n' "$(cat "$work/errors.txt")"; fi
} >"$work/report.md"
cat "$work/report.md" >>"${GITHUB_STEP_SUMMARY:-/dev/stdout}"
if [ "${SHAPEMARK_COMMENT:-}" = true ]; then
  run_ts "$root/src/cli/github/comment-main.ts" "$work/report.md" || echo "::warning::the comment could not be written; the job summary has the table"
fi
exit "$code"
