#!/usr/bin/env bash
# A vendor on another machine, for each language: new → build → test → validate → pack → keygen → sign → verify, with the
# installed SDK alone. Then what must not work.
#   vendor_test.sh BUILD_FOLDER [c|cpp|rust …]
set -euo pipefail
build=$(cd "$1" && pwd)
shift
languages=("$@")
if ((${#languages[@]} == 0)); then languages=(c cpp rust); fi
# shellcheck source=tests/sdk/vendor.sh
source "$(dirname "${BASH_SOURCE[0]}")/vendor.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/hotdesk-vendor-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
sdk=$work/sdk
vendor_install "$build" "$sdk"
export PATH="$sdk/bin:$PATH"
vendor_step "the SDK brings the tool" test "$(command -v hotdesk)" = "$sdk/bin/hotdesk"

refused() { if hotdesk plugin "$@"; then return 1; fi; }

vendor_keys key
for language in "${languages[@]}"; do
  name=my-$language id=com.acme.my-$language
  vendor_new "$language" "$name" "$id"
  vendor_release "$language" "$name" "$id" 1.0.0 key
  vendor_validate "$language, packed" "$name-1.0.0.hdplugin" --only query identity
  # One byte more, and it is not what was signed any more.
  for file in manifest.json config.schema.json report.json "lib/linux-$(uname -m)/plugin.so"; do
    vendor_damage "$name-1.0.0.hdplugin" damaged.hdplugin "$file"
    vendor_step "$language: a changed $file is refused" refused verify damaged.hdplugin --trust key.pub
  done
  vendor_release "$language" "$name" "$id" 1.1.0 key # the next release of the same project
done

# A key that may not sign these ids, and one that nobody knows.
vendor_keys other
vendor_step "another's key does not vouch for it" refused verify "my-${languages[0]}-1.0.0.hdplugin" --trust other.pub
# Names that are none.
vendor_step "a bad name is refused" refused new Bad_Name --sdk "$sdk"
vendor_step "a bad id is refused" refused new fine --id not-an-id --sdk "$sdk"
vendor_step "an existing folder is left alone" refused new "my-${languages[0]}" --sdk "$sdk"
no_build_paths() { if grep -rIl "$build" "$sdk"; then return 1; fi; }
vendor_step "the SDK names no path of the build" no_build_paths
