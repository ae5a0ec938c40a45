#!/bin/sh
# make_plugin.sh SDK WORK OUTPUT ID NAME [SOURCE]: a project from the template, as `hotdesk plugin new` makes it, tested, built
# and laid out below OUTPUT. SOURCE takes the place of its src/lib.rs.
set -eu
sdk=$1 work=$2 output=$3 id=$4 name=$5 source=${6:-}
mkdir -p "$work/src" "$output"
sdk=$(cd "$sdk" && pwd)
output=$(cd "$output" && pwd)
(cd "$sdk/rust/template" && find . -type f) | while read -r file; do
  sed "s#@ID@#$id#g; s#@NAME@#$name#g; s#@VENDOR@#Hotdesk tests#g; s#@SDK@#$sdk#g" "$sdk/rust/template/$file" >"$work/$file.new"
  if cmp -s "$work/$file.new" "$work/$file"; then rm "$work/$file.new"; else mv "$work/$file.new" "$work/$file"; fi
done
cd "$work"
if [ -n "$source" ]; then
  cmp -s "$source" src/lib.rs || cp "$source" src/lib.rs
else
  "${CARGO:-cargo}" test --offline --quiet
fi
rm -rf "${output:?}/$id"
"$sdk/rust/hotdesk-folder.sh" . "$output"
