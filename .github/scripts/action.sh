#!/usr/bin/env bash
# The inputs of action.yml as arguments of compare.sh.
set -euo pipefail
arguments=(--adapter "$INPUT_ADAPTER" --minimum-effect "$INPUT_MINIMUM_EFFECT" --budget "$INPUT_BUDGET" --fail-on "$INPUT_FAIL_ON")
while IFS= read -r suite; do
  [ -z "$suite" ] || arguments+=(--suite "$suite")
done <<<"$INPUT_SUITE"
[ -z "$INPUT_FILTER" ] || arguments+=(--filter "$INPUT_FILTER")
export SHAPEMARK_ARGUMENTS
SHAPEMARK_ARGUMENTS=$(printf '%s\n' "${arguments[@]}" "${SHAPEMARK_ARGUMENTS:-}")
exec bash "$(dirname "${BASH_SOURCE[0]}")/compare.sh"
