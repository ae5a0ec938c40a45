#!/usr/bin/env bash
# Runs every command of the vendors' pages that is marked <!-- run -->, page after page as sdk/docs/README.md lists them, in one
# shell, in a temporary folder, with the installed SDK alone.
#   docs_test.sh BUILD_FOLDER
set -euo pipefail
build=$(cd "$1" && pwd)
docs=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../sdk/docs" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/hotdesk-docs-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --component sdk --prefix "$work/sdk" >/dev/null

blocks_of() { # PAGE: its marked blocks, each line announced as it is run
  awk -v page="$(basename "$1")" '
    /^<!-- run -->$/ { marked = 1; next }
    /^```sh$/ && marked { inside = 1; marked = 0; printf "echo \"== %s:%d\"\n", page, NR; next }
    /^```$/ { inside = 0; next }
    inside { print }
    /^[^`]/ { if (!inside) marked = 0 }' "$1"
}

pages=()
while read -r page; do pages+=("$docs/$page"); done < <(sed -n 's/^| \[\([a-z-]*\.md\)\].*/\1/p' "$docs/README.md")
if ((${#pages[@]} < 5)); then echo "sdk/docs/README.md lists only ${#pages[@]} pages" >&2; exit 1; fi
{
  echo 'set -eux'
  for page in "${pages[@]}"; do
    echo "cd '$work/here'"
    blocks_of "$page"
  done
} >"$work/commands.sh"
commands=$(grep -c '^echo "== ' "$work/commands.sh")
if ((commands < 5)); then echo "found only $commands blocks to run" >&2; exit 1; fi

mkdir "$work/here" "$work/plugins"
export HOTDESK_SDK="$work/sdk" PATH="$work/sdk/bin:$PATH" HOTDESK_CONFIG="$work/site/conf/hotdesk.json"
# The operator's commands have an installation to work on; no server runs.
hotdesk init --port 0 --host localhost --plugins "$work/plugins" >/dev/null
if ! bash "$work/commands.sh" >"$work/log" 2>&1; then
  tail -n 60 "$work/log"
  echo "a command in sdk/docs does not work"
  exit 1
fi
echo "$commands blocks of ${#pages[@]} pages work"
