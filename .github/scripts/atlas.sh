#!/usr/bin/env bash
# Writes the site of stored records: those of the working folder, and those that CI keeps on a branch of their own.
#
# SHAPEMARK_SITE      folder for the site
# SHAPEMARK_RESULTS   folder of records, by default results
# SHAPEMARK_BRANCH    branch of more records, by default shapemark-results; nothing is read from it where there is none
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
site=${SHAPEMARK_SITE:?}
results=${SHAPEMARK_RESULTS:-results}
branch=${SHAPEMARK_BRANCH:-shapemark-results}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/results"
[ ! -d "$results" ] || cp -R "$results/." "$work/results/"
repository=$(git rev-parse --absolute-git-dir 2>/dev/null || true)
if [ -n "$repository" ] && [ -n "$(git ls-remote origin "refs/heads/$branch" 2>/dev/null | cut -f1)" ]; then
  # In a repository of its own, which uses the address and the credentials of this one: it fetches one commit without its files,
  # then those that the site is made from. Raw samples are most of the bytes, and the site has none of them.
  git init -q "$work/branch"
  records() { git -C "$work/branch" -c core.autocrlf=false "$@"; }
  records config include.path "$repository/config"
  records fetch -q --no-tags --depth=1 --filter=blob:none origin "+refs/heads/$branch:refs/shapemark/results"
  records sparse-checkout set --no-cone '/results/' '!*.samples.json.gz'
  records checkout -q --detach refs/shapemark/results
  [ ! -d "$work/branch/results" ] || cp -R "$work/branch/results/." "$work/results/"
fi
run_ts "$root/src/cli/bin.ts" atlas --results "$work/results" --out "$site"
