#!/bin/sh
# hotdesk-folder.sh [PROJECT [OUTPUT]]: builds a Rust plugin and lays out the folder that `hotdesk plugin validate` and `pack`
# take: OUTPUT/<id>/<version>/{manifest.json, lib/<os>-<arch>/plugin.so, config.schema.json}. PROJECT is the current folder,
# OUTPUT its target/plugins. CARGO names another cargo; what CARGO_BUILD_ARGS holds is passed to cargo build.
set -eu

project=${1:-.}
cd "$project"
if [ ! -f Cargo.toml ] || [ ! -f manifest.json ]; then echo "hotdesk-folder: $project holds no Cargo.toml and manifest.json" >&2; exit 2; fi
output=${2:-target/plugins}
cargo=${CARGO:-cargo}

# shellcheck disable=SC2086
library=$("$cargo" build --release --offline --message-format=json-render-diagnostics ${CARGO_BUILD_ARGS:-} |
  grep '"crate_types":\["cdylib"\]' | grep -o '"[^"]*\.so"' | tail -n 1 | tr -d '"')
[ -n "$library" ] || { echo "hotdesk-folder: cargo built no cdylib" >&2; exit 1; }

# Id, version, build id and ABI as they were compiled in: export_plugin! leaves them in the library.
facts=$(grep -a -o 'hotdesk-plugin-facts|[0-9.]*|[a-z0-9.-]*|[0-9A-Za-z.+-]*|[0-9a-f]\{16\}' "$library" | head -n 1)
[ -n "$facts" ] || { echo "hotdesk-folder: $library was not made with export_plugin!" >&2; exit 1; }
IFS='|' read -r _ abi id version build <<FACTS
$facts
FACTS

folder="$output/$id/$version"
os=$(uname -s | tr '[:upper:]' '[:lower:]')
file="lib/$os-$(uname -m)/plugin.so"
mkdir -p "$folder/${file%/*}"
# A new file each time: an overwritten one could be mapped somewhere.
rm -f "$folder/$file"
cp "$library" "$folder/$file"
hash_of() { sha256sum "$1" | cut -d ' ' -f 1; }
files="\"$file\": \"$(hash_of "$folder/$file")\""
if [ -f config.schema.json ]; then
  cp config.schema.json "$folder/config.schema.json"
  files="\"config.schema.json\": \"$(hash_of config.schema.json)\", $files"
fi

# The written part is a JSON object: what is known now goes in front of its first member.
[ "$(head -c 1 manifest.json)" = '{' ] || { echo "hotdesk-folder: manifest.json must begin with {" >&2; exit 1; }
{
  printf '{\n  "format": 1,\n  "id": "%s",\n  "version": "%s",\n' "$id" "$version"
  printf '  "abi": { "major": %s, "minor": %s },\n' "${abi%.*}" "${abi#*.}"
  printf '  "platforms": [{ "os": "%s", "arch": "%s", "file": "%s", "build_id": "%s" }],\n' "$os" "$(uname -m)" "$file" "$build"
  printf '  "files": { %s },' "$files"
  tail -c +2 manifest.json
} >"$folder/manifest.json"
echo "$folder"
