#!/usr/bin/env bash
# Base against head, side by side: the verdict table goes to the job summary and to one comment; the exit code is compare's.
#
# SHAPEMARK_BASE        ref (or REF:path, or folder) of kernels; by default what the event names: the base of a pull request or of
#                       a group in the merge queue, the commit before a push
# SHAPEMARK_HEAD        the same; by default kernels/ of the working folder
# INPUT_SUITE, INPUT_FILTER, INPUT_KERNEL, INPUT_ADAPTER, INPUT_MINIMUM_EFFECT, INPUT_BUDGET, INPUT_INSPECT,
# INPUT_FAIL_ON
#                       options of `shapemark compare`, of lists one value a line; empty means the command's own default
# SHAPEMARK_ARGUMENTS   more of its arguments, one a line
# SHAPEMARK_COMMENT     true to comment; needs GITHUB_TOKEN. SHAPEMARK_COMMENT_KEY tells several comments apart
# SHAPEMARK_TITLE       heading of the report
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
run_ts "$root/src/cli/github/gate-main.ts"
