#!/usr/bin/env bash
# Measures, keeps the record on a branch of its own, and writes what github-action-benchmark draws.
#
# SHAPEMARK_HISTORY     folder for the records of that branch; what an earlier run left there is replaced
# SHAPEMARK_BRANCH      that branch, by default shapemark-results; made when there is none
# SHAPEMARK_SUITE       suites, one a line; empty means the default of `shapemark run`
# SHAPEMARK_ARGUMENTS   more of its arguments, one a line
# SHAPEMARK_CHART       file for github-action-benchmark
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
shapemark() { run_ts "$root/src/cli/bin.ts" "$@"; }
branch=${SHAPEMARK_BRANCH:-shapemark-results}
history=$SHAPEMARK_HISTORY
mark=$history/.made-by-shapemark
repository=$(git rev-parse --absolute-git-dir)

words=()
while IFS= read -r line; do
  [ -z "${line//[[:space:]]/}" ] || words+=("$line")
done <<<"${SHAPEMARK_SUITE:-}"$'\n'"${SHAPEMARK_ARGUMENTS:-}"

# An empty folder that is known to be ours. Self-hosted runners keep folders and worktrees from one job to the next.
make_folder() {
  if [ "$(git -C "$history" symbolic-ref -q HEAD 2>/dev/null)" = "refs/heads/$branch" ] && [ -f "$history/.git" ]; then
    git worktree remove --force --force "$history"
  elif [ -e "$mark" ]; then
    rm -rf "$history"
  elif [ -n "$(ls -A "$history" 2>/dev/null)" ]; then
    local aside
    aside=$(mktemp -d "$history.old-XXXXXX")
    mv "$history" "$aside/"
    echo "::warning::$history held something else, which is now in $aside" >&2
  fi
  git worktree prune
  mkdir -p "$history/results"
  : >"$mark"
}

# Git on that folder with an index of its own: no worktree, no local branch, nothing that a killed job leaves locked.
records() {
  GIT_DIR=$repository GIT_WORK_TREE=$history GIT_INDEX_FILE=$history/.index git -C "$history" \
    -c core.autocrlf=false -c core.sparseCheckout=false -c core.hooksPath=/dev/null \
    -c user.name=shapemark -c user.email=shapemark@users.noreply.github.com "$@"
}

# The branch as it is now, into the index: its last commit alone, unless this clone has whole histories anyway.
tip=
read_tip() {
  local depth=
  [ "$(git rev-parse --is-shallow-repository)" = false ] || depth=--depth=1
  tip=$(git ls-remote origin "refs/heads/$branch" | cut -f1) || exit 4
  if [ -n "$tip" ]; then
    git fetch -q --no-tags ${depth:+$depth} origin "+refs/heads/$branch:refs/shapemark/results" || exit 4
    tip=$(git rev-parse refs/shapemark/results)
    records read-tree "$tip"
  else
    records read-tree --empty
  fi
}

make_folder
history=$(cd "$history" && pwd)
read_tip
# Histories are judged without raw samples, which are most of the bytes.
records ls-files -z -- results ':(exclude)*.samples.json.gz' | records checkout-index -z --stdin

code=0
shapemark run ${words[@]+"${words[@]}"} --results "$history/results" --json >"$history/record.json" || code=$?
# A failed case is a row, and belongs to the history; without a record there is nothing to keep.
if ! grep -q '"schema": "shapemark-record/' "$history/record.json"; then
  cat "$history/record.json" >&2
  exit "$((code > 0 ? code : 3))"
fi

# Another runner may have pushed its record meanwhile; records never touch the same files.
for attempt in 1 2 3 4 5; do
  records add --force --ignore-removal -- results
  tree=$(records write-tree)
  commit=$(records commit-tree ${tip:+-p "$tip"} -m "Record ${GITHUB_SHA:-$(git rev-parse HEAD)}" "$tree")
  records push -q origin "$commit:refs/heads/$branch" && break
  [ "$attempt" -lt 5 ] || exit 4
  sleep "$attempt"
  read_tip
done

shapemark report "$history/record.json" --format github-action-benchmark --out "$SHAPEMARK_CHART" || exit "$((code > 0 ? code : 3))"
exit "$code"
