#!/usr/bin/env bash
# Writes what a compiler makes of the headers: every struct, member and function pointer, as libabigail reads them from
# debug information.
#   plugin-api/abi/dump.sh INCLUDE_FOLDER OUT.abi [MINOR]
# With MINOR, as a plugin of that minor sees them: members below a later "since minor" line are cut off. So growth at a
# struct's end is no difference, and every other change is one.
set -euo pipefail
include=$1 out=$2 minor=${3:-}
work=$(mktemp -d "${TMPDIR:-/tmp}/hotdesk-abi.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp -r "$include" "$work/include"
cd "$work"

if [[ -n $minor ]]; then
  for header in include/hotdesk/plugin/*.h; do
    awk -v minor="$minor" '
      /^  \/\* since minor [0-9]+ \*\/$/ { if ($4 > minor) cut = 1 }
      /^}/ { cut = 0 }
      !cut && !/^HOTDESK_LAYOUT/' "$header" >cut.h
    mv cut.h "$header"
  done
fi

# One function for every named struct, so that none is forgotten.
{
  echo '#include "hotdesk/plugin/plugin.h"'
  sed -n 's/^} \(hotdesk_[a-z0-9_]*\);$/\1/p' include/hotdesk/plugin/*.h | LC_ALL=C sort | while read -r type; do
    echo "HOTDESK_EXPORT const $type *use_$type(const $type *it);"
    echo "const $type *use_$type(const $type *it) { return it; }"
  done
} >use.c
if (($(grep -c '^const ' use.c) < 20)); then
  echo "found hardly any struct in $include/hotdesk/plugin" >&2
  exit 1
fi
"${CC:-cc}" -std=c11 -g -gdwarf-4 -O0 -fPIC -shared -fvisibility=hidden -Wl,-soname,hotdesk-plugin-api -Iinclude \
  "-ffile-prefix-map=$work=." -o use.so use.c
abidw --no-corpus-path --no-comp-dir-path --no-show-locs --type-id-style hash use.so >use.abi
cd "$OLDPWD"
cp "$work/use.abi" "$out"
