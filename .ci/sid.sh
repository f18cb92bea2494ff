#!/usr/bin/env bash
# What needs the latest Mesa: kernels on matrix units, which its lavapipe has, and compilers of GPUs that older Mesas lack.
#
#   bash .ci/sid.sh          in a container of Debian sid, as ci.yml runs it
#   bash .ci/sid.sh DIR      anywhere on Linux, with a root of Debian sid in DIR (docs/inspect.md tells how to make one):
#                            its programs are not run, its loader, libraries and drivers serve our Node
#
# SHAPEMARK_CLOUD   shapes of the cloud (2000); subgroups of 4 and 16 lanes get a quarter of them
# SHAPEMARK_STEPS   some of the steps, by name: cloud faults lanes-4 lanes-16 compilers
set -uo pipefail
cd "$(dirname "$0")/.."
root=${1:-}
shapes=${SHAPEMARK_CLOUD:-2000}
node=(node)
inspect=()
if [ -n "$root" ]; then
  triplet=$(uname -m)-linux-gnu
  libraries=$root/usr/lib/$triplet
  loader=$(ls "$root"/lib64/ld-linux-*.so.* "$root"/lib/ld-linux-*.so.* 2>/dev/null | head -1)
  manifest=$(ls "$root"/usr/share/vulkan/icd.d/lvp_icd*.json 2>/dev/null | head -1)
  if [ -z "$loader" ] || [ -z "$manifest" ]; then
    echo "$root holds no Debian with mesa-vulkan-drivers" >&2
    exit 3
  fi
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  sed "s#\"library_path\": *\"\([^/]\)#\"library_path\": \"$libraries/\1#" "$manifest" >"$work/lavapipe.json"
  node=(env "VK_DRIVER_FILES=$work/lavapipe.json" "$loader" --library-path "$libraries" "$(command -v node)")
  inspect=(--root "$root")
fi

failed=0
step() { # name what command…
  local name=$1
  [[ " ${SHAPEMARK_STEPS:-$name} " == *" $name "* ]] || return 0
  echo "== $2"
  shift 2
  "$@" || failed=1
}

cloud() { "${node[@]}" --import tsx evals/cloud.ts --adapter software "$@"; }
at_width() { LP_NATIVE_VECTOR_WIDTH=$1 cloud --shapes "$((shapes / 4))" "${@:2}"; }
faults() { SHAPEMARK_ADAPTER=software "${node[@]}" node_modules/vitest/vitest.mjs run --pool=threads --project slow evals/faults; }
compilers() {
  node --import tsx src/cli/bin.ts inspect --gpu turing,ampere,ada,a740,a730,m1,m2 ${inspect[@]+"${inspect[@]}"} --format markdown
}

step cloud 'the cloud, matrix units too' cloud --shapes "$shapes"
step faults 'the fault table, matrix units too' faults
step lanes-4 'the cloud in subgroups of 4' at_width 128
# The driver's compiler crashes on any product of matrices in subgroups of 16 (Mesa 26.2).
step lanes-16 'the cloud in subgroups of 16, without matrix units' at_width 512 --without chromium-experimental-subgroup-matrix
step compilers 'every kernel on GPUs of NVIDIA, Qualcomm and Apple' compilers
exit $failed
