# shellcheck shell=bash disable=SC2034
# What the project needs from the distribution, in one place: sourced by tests/run.sh and conf/install.sh.
# Debian 12 and Ubuntu 24.04. A name beside `|` is the fallback where the first does not exist.

hotdesk_build_packages=(
  g++ cmake ninja-build ccache mold pkg-config
  'libboost1.81-dev|libboost-dev' libpoco-dev nlohmann-json3-dev libspdlog-dev prometheus-cpp-dev libsodium-dev
  libgumbo-dev libcli11-dev libvalijson-dev libssl-dev libsqlite3-dev zlib1g-dev
  libre2-dev libarchive-dev libseccomp-dev
)
hotdesk_run_packages=(ca-certificates curl)
hotdesk_test_packages=(libgtest-dev libgmock-dev libbenchmark-dev git sqlite3 shellcheck procps util-linux
  abigail-tools rustc cargo python3)
hotdesk_browser_packages=(chromium fonts-noto-cjk)

# hotdesk_missing NAME…: prints those that are not installed, with fallbacks resolved.
hotdesk_missing() {
  local entry name
  for entry in "$@"; do
    for name in ${entry//|/ }; do
      if dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed'; then continue 2; fi
    done
    name=${entry%%|*}
    if [[ $entry == *'|'* ]] && ! apt-cache show "$name" >/dev/null 2>&1; then name=${entry#*|}; fi
    printf '%s\n' "$name"
  done
}

# Node is taken as it is when there is one of at least version 18, else from the distribution.
hotdesk_node_missing() {
  local major=0
  if command -v node >/dev/null && command -v npm >/dev/null; then major=$(node -p 'process.versions.node.split(".")[0]'); fi
  if ((major < 18)); then printf 'nodejs\nnpm\n'; fi
}

# hotdesk_install NAME…: installs packages, as root or through sudo; says what to do where neither works.
hotdesk_install() {
  (($#)) || return 0
  local as=()
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      printf 'These packages are missing: %s\nRun this again as root, or install them first: apt-get install %s\n' "$*" "$*" >&2
      return 1
    fi
    as=(sudo)
  fi
  export DEBIAN_FRONTEND=noninteractive
  if ! "${as[@]}" apt-get install -y -q --no-install-recommends "$@" >/dev/null 2>&1; then
    "${as[@]}" apt-get update -q || return 1
    "${as[@]}" apt-get install -y -q --no-install-recommends "$@"
  fi
}
