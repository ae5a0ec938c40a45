#!/usr/bin/env bash
# The SDK's tarball: the same bytes twice, and everything a vendor needs in it.
#   package_test.sh BUILD_FOLDER ABI_VERSION
set -euo pipefail
build=$(cd "$1" && pwd)
name=hotdesk-sdk-$2
script=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../sdk/cpp/cmake" && pwd)/package.cmake
work=$(mktemp -d "${TMPDIR:-/tmp}/hotdesk-package-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
pack() { cmake -D "BUILD=$build" -D "OUT=$work/$1" -D "NAME=$name" -D STRIP=strip -P "$script" && sha256sum <"$work/$1/$name.tar.gz"; }

first=$(pack first)
second=$(umask 077 && pack second) # another umask, later, same bytes
if [[ $first != "$second" ]]; then
  echo "two packages of one build differ: $first $second"
  exit 1
fi
tar -tzf "$work/first/$name.tar.gz" >"$work/list"
for file in bin/hotdesk include/hotdesk/plugin/plugin.h include/hotdesk/sdk/sdk.hpp lib/cmake/hotdesk-sdk/hotdesk-sdk-config.cmake \
  share/hotdesk-sdk/c/template/filter.c share/hotdesk-sdk/cpp/template/filter.cpp share/hotdesk-sdk/rust/template/Cargo.toml \
  share/hotdesk-sdk/rust/hotdesk-plugin/Cargo.toml share/hotdesk-sdk/docs/ten-minutes.md share/hotdesk-sdk/LICENSE; do
  if ! grep -qxF "$name/$file" "$work/list"; then
    echo "$file is missing"
    exit 1
  fi
done
if grep -E '/host/|/tests/|\.o$|/target/' "$work/list"; then
  echo "the host's own files are in it"
  exit 1
fi
echo "$(wc -l <"$work/list") entries, $first"
