# shellcheck shell=bash
# What a vendor does, step by step, from an installed SDK alone; sourced by tests. Before: sdk=<prefix>, and its bin on PATH.
sdk=${sdk:-}
# Each step says what it does and ends the script with what it printed when it fails.

vendor_step() { # WORDS COMMAND…
  local words=$1 log
  shift
  log=$(mktemp "${TMPDIR:-/tmp}/hotdesk-vendor.XXXXXX")
  if ! "$@" >"$log" 2>&1; then
    printf 'FAILED: %s\n' "$words" >&2
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
  printf 'ok %s\n' "$words"
}

# vendor_install BUILD PREFIX: the SDK package of a build, nothing else.
vendor_install() { vendor_step "install the SDK" cmake --install "$1" --component sdk --prefix "$2"; }

# vendor_new LANG NAME ID: a project in the current folder.
vendor_new() { vendor_step "$1: new" hotdesk plugin new "$2" --lang "$1" --id "$3" --vendor "ACME" --sdk "$sdk"; }

# vendor_build LANG NAME: builds the project and runs its tests.
vendor_build() {
  case $1 in
    rust)
      vendor_step "rust: test" env -C "$2" cargo test --offline --quiet
      vendor_step "rust: build" "$sdk/share/hotdesk-sdk/rust/hotdesk-folder.sh" "$PWD/$2"
      ;;
    *)
      vendor_step "$1: configure" cmake -S "$2" -B "$2/build" "-DCMAKE_PREFIX_PATH=$sdk"
      vendor_step "$1: build" cmake --build "$2/build"
      vendor_step "$1: test" ctest --test-dir "$2/build" --output-on-failure --no-tests=error
      ;;
  esac
}

# vendor_folder LANG NAME ID [VERSION]: where the build laid the package out.
vendor_folder() {
  case $1 in
    rust) printf '%s/target/plugins/%s/%s\n' "$2" "$3" "${4:-1.0.0}" ;;
    *) printf '%s/build/plugins/%s/%s\n' "$2" "$3" "${4:-1.0.0}" ;;
  esac
}

# vendor_version LANG NAME VERSION: what a release begins with.
vendor_version() {
  case $1 in
    rust) sed -i "s/^version = \".*\"/version = \"$3\"/" "$2/Cargo.toml" ;;
    *) sed -i "s/^project($2 VERSION [0-9.]*/project($2 VERSION $3/" "$2/CMakeLists.txt" ;;
  esac
}

# vendor_validate LANG FOLDER|PACKAGE [options]: --record puts the report into the folder.
vendor_validate() { vendor_step "$1: validate" hotdesk plugin validate "${@:2}"; }

# vendor_keys NAME: NAME signs, NAME.pub is for who trusts it.
vendor_keys() { vendor_step "keygen $1" hotdesk plugin keygen -o "$1" --name "ACME"; }

# vendor_pack LANG FOLDER PACKAGE
vendor_pack() { vendor_step "$1: pack" hotdesk plugin pack "$2" -o "$3"; }

# vendor_sign LANG PACKAGE KEY
vendor_sign() { vendor_step "$1: sign" hotdesk plugin sign "$2" --key "$3"; }

# vendor_verify LANG PACKAGE KEY: by the key's public half alone.
vendor_verify() { vendor_step "$1: verify" hotdesk plugin verify "$2" --trust "$3.pub"; }

# vendor_release LANG NAME ID VERSION KEY: all of it, to NAME-VERSION.hdplugin.
vendor_release() {
  local folder
  folder=$(vendor_folder "$1" "$2" "$3" "$4")
  vendor_version "$1" "$2" "$4"
  vendor_build "$1" "$2"
  vendor_validate "$1" "$folder" --record
  vendor_pack "$1" "$folder" "$2-$4.hdplugin"
  vendor_sign "$1" "$2-$4.hdplugin" "$5"
  vendor_verify "$1" "$2-$4.hdplugin" "$5"
}

# vendor_damage PACKAGE OUT FILE: the same package with one byte more in a file.
vendor_damage() {
  local folder
  folder=$(mktemp -d "${TMPDIR:-/tmp}/hotdesk-vendor.XXXXXX")
  tar -xzf "$1" -C "$folder"
  printf x >>"$folder/$3"
  (cd "$folder" && find . -type f -printf '%P\0') | tar -czf "$2" --format=ustar -C "$folder" --null --files-from=-
  rm -rf "$folder"
}
