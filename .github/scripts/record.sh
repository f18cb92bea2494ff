#!/usr/bin/env bash
# Measures, keeps the record on a branch of its own, and writes what github-action-benchmark draws.
#
# SHAPEMARK_HISTORY     folder for a worktree of the branch that holds results/
# SHAPEMARK_BRANCH      that branch; made when there is none
# SHAPEMARK_SUITE       suites, one a line
# SHAPEMARK_ARGUMENTS   more arguments of `shapemark run`, one a line
# SHAPEMARK_CHART       file for github-action-benchmark
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
shapemark() { node --import "file://$root/node_modules/tsx/dist/loader.mjs" "$root/src/cli/bin.ts" "$@"; }
branch=${SHAPEMARK_BRANCH:-shapemark-results}
history=$SHAPEMARK_HISTORY

if git fetch --no-tags origin "+refs/heads/$branch:refs/remotes/origin/$branch" 2>/dev/null; then
  git worktree add --force -B "$branch" "$history" "origin/$branch"
else
  git worktree add --force --detach "$history"
  git -C "$history" checkout -q --orphan "$branch"
  git -C "$history" rm -rfq . 2>/dev/null || true
fi

mapfile -t suites < <(printf '%s\n' "${SHAPEMARK_SUITE:-quick}" | sed '/^[[:space:]]*$/d')
mapfile -t arguments < <(printf '%s\n' "${SHAPEMARK_ARGUMENTS:-}" | sed '/^[[:space:]]*$/d')
code=0
shapemark run "${suites[@]}" ${arguments[@]+"${arguments[@]}"} --results "$history/results" --json >"$history.record.json" || code=$?
# A failed case is a row, and belongs to the history; without a record there is nothing to keep.
if ! grep -q '"schema": "shapemark-record/' "$history.record.json"; then
  cat "$history.record.json" >&2
  exit "$((code > 0 ? code : 3))"
fi

git -C "$history" add -- results
git -C "$history" -c user.name=shapemark -c user.email=shapemark@users.noreply.github.com commit -q -m "Record ${GITHUB_SHA:-$(git rev-parse HEAD)}"
# Another runner may have pushed its record meanwhile; records never touch the same files.
for attempt in 1 2 3 4 5; do
  git -C "$history" push -q origin "HEAD:refs/heads/$branch" && break
  [ "$attempt" -lt 5 ] || exit 4
  sleep "$attempt"
  git -C "$history" -c user.name=shapemark -c user.email=shapemark@users.noreply.github.com pull -q --rebase origin "$branch"
done

shapemark report "$history.record.json" --format github-action-benchmark --out "$SHAPEMARK_CHART" || exit "$((code > 0 ? code : 3))"
exit "$code"
