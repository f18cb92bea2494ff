# To be sourced: the checkout of shapemark that a script belongs to, and how its TypeScript is run from any folder.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
loader=$(node -p 'require("node:url").pathToFileURL(process.argv[1]).href' "$root/node_modules/tsx/dist/loader.mjs")
run_ts() { node --import "$loader" "$@"; }
