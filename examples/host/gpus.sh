#!/usr/bin/env bash
# Several equal GPUs in one host: one shard a GPU, all at once, then their record. Run it from a clone of shapemark:
#
#     bash examples/host/gpus.sh gpt-oss-120b MESA_VK_DEVICE_SELECT=1002:744c! MESA_VK_DEVICE_SELECT=1002:744d!
#
# The first word is the suite; each further word is the variable that makes one GPU the only one that a process sees, in the
# words of its driver. GPUs that share power or cooling slow each other down: see whether one alone measures the same.
set -euo pipefail

suite=${1:?usage: gpus.sh SUITE VARIABLE=VALUE...}
shift
: "${SHAPEMARK_ADAPTER:=gpu}" "${SHAPEMARK_RESULTS:=fleet}" "${SHAPEMARK_MERGED:=results}" "${SHAPEMARK_ARGUMENTS:=}"
export SHAPEMARK_SHARD_COUNT=$#

pids=()
# Ctrl-C and termination reach all of them; the same command then continues where they were stopped.
trap 'kill -TERM "${pids[@]}" 2>/dev/null || true' INT TERM
index=0
for selection in "$@"; do
  # shellcheck disable=SC2086
  env "$selection" SHAPEMARK_SHARD_INDEX=$index node --import tsx src/cli/bin.ts run "$suite" \
    --adapter "$SHAPEMARK_ADAPTER" --shard auto --resume --results "$SHAPEMARK_RESULTS/$index" $SHAPEMARK_ARGUMENTS &
  pids+=($!)
  index=$((index + 1))
done

worst=0
for pid in "${pids[@]}"; do
  wait "$pid" || worst=$?
done
[ "$worst" = 0 ] || exit "$worst"
exec npm run -s shapemark -- merge "$SHAPEMARK_RESULTS"/*/ --results "$SHAPEMARK_MERGED"
