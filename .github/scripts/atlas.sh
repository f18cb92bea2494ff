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
  git fetch -q --no-tags --depth=1 origin "+refs/heads/$branch:refs/shapemark/results"
  # Raw samples are most of the bytes, and the site has none of them.
  GIT_INDEX_FILE=$work/index git read-tree refs/shapemark/results
  GIT_INDEX_FILE=$work/index git ls-files -z -- results ':(exclude)*.samples.json.gz' |
    GIT_DIR=$repository GIT_WORK_TREE=$work GIT_INDEX_FILE=$work/index git -C "$work" checkout-index -z --stdin --force
fi
run_ts "$root/src/cli/bin.ts" atlas --results "$work/results" --out "$site"
