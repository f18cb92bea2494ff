#!/usr/bin/env bash
# Builds what is released into a folder, by default release/: the package, what an install of it consists of (SBOM), the licences of that,
# and the checksums of all.
set -euo pipefail

out=${1:-release}
version=$(node -p 'require("./package.json").version')
# A tag that is not the version would publish a package nobody can find by it.
if [ -n "${GITHUB_REF_NAME:-}" ] && [ "$GITHUB_REF_NAME" != "v$version" ]; then
  echo "the tag is $GITHUB_REF_NAME; package.json says $version" >&2
  exit 2
fi
mkdir -p "$out"
out=$(cd "$out" && pwd)
here=$PWD
npm pack --silent --pack-destination "$out" >/dev/null

# As somebody has it who installs it: the lock file here also holds what only development needs.
installed=$(mktemp -d)
trap 'rm -rf "$installed"' EXIT
cd "$installed"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "$out"/*.tgz
npm sbom --sbom-format cyclonedx >"$out/sbom.cdx.json"
npm sbom --sbom-format spdx >"$out/sbom.spdx.json"
node "$here/.github/scripts/licences.mjs" "$out/sbom.cdx.json" >"$out/LICENCES.txt"
cd "$out"
find . -type f ! -name SHA256SUMS -printf '%P\0' | sort -z | xargs -0 sha256sum >SHA256SUMS
