#!/usr/bin/env bash
# Vendors make plugins from the installed SDK alone, two versions in each language; then a running server takes them in under load.
#   vendors.sh BUILD_FOLDER [c|cpp|rust …]
set -euo pipefail
build=$(cd "$1" && pwd)
shift
languages=("$@")
if ((${#languages[@]} == 0)); then languages=(c cpp rust); fi
# shellcheck source=tests/sdk/vendor.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../sdk/vendor.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/hotdesk-vendors.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
sdk=$work/sdk
vendor_install "$build" "$sdk"
export PATH="$sdk/bin:$PATH"
vendor_keys key
for language in "${languages[@]}"; do
  vendor_new "$language" "my-$language" "com.acme.my-$language"
  vendor_release "$language" "my-$language" "com.acme.my-$language" 1.0.0 key
  vendor_release "$language" "my-$language" "com.acme.my-$language" 1.1.0 key
done
"$build/tests/system/hotdesk_vendors" "$work" "${languages[@]}"
