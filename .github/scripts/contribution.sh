#!/usr/bin/env bash
# Vets the records that a pull request adds, and writes the verdict to the job summary. Fails if one is refused.
#
# SHAPEMARK_PULL   number of the pull request; its commits are fetched as objects, and nothing of it is checked out
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
[[ ${SHAPEMARK_PULL:?} =~ ^[0-9]+$ ]] || { echo "SHAPEMARK_PULL is no number" >&2 && exit 2; }
git fetch --quiet --no-tags origin "+refs/pull/$SHAPEMARK_PULL/head:refs/shapemark/pull"
status=0
node --import tsx src/cli/bin.ts validate --pull HEAD..refs/shapemark/pull --format markdown >verdict.md || status=$?
cat verdict.md
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat verdict.md >>"$GITHUB_STEP_SUMMARY"
rm verdict.md
exit "$status"
