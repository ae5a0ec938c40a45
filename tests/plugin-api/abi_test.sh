#!/usr/bin/env bash
# Compares the headers with the committed baselines of every minor (plugin-api/abi).
#   abi_test.sh compare   an earlier minor sees no difference but what drafts were excused for; this minor's is exact
#   abi_test.sh control   changed copies of the headers: each breaking one must be found, growth must not
set -uo pipefail
api=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../plugin-api" && pwd)
command -v abidiff >/dev/null || { echo "abidiff is missing: apt-get install abigail-tools" >&2; exit 1; }
work=$(mktemp -d "${TMPDIR:-/tmp}/hotdesk-abi-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
minor=$(sed -n 's/^#define HOTDESK_ABI_MINOR //p' "$api/include/hotdesk/plugin/version.h")
major=$(sed -n 's/^#define HOTDESK_ABI_MAJOR //p' "$api/include/hotdesk/plugin/version.h")

differ() { # BASELINE ABI [abidiff options]: 0 when they differ; the report is in $work/report
  local baseline=$1 abi=$2
  shift 2
  ! abidiff --harmless --no-default-suppression "$@" "$baseline" "$abi" >"$work/report" 2>&1
}

# Whether headers keep the promise to plugins of every minor up to theirs.
keeps_promise() { # INCLUDE
  local baseline old options
  for baseline in "$api/abi/$major".*.abi; do
    old=${baseline##*/"$major".} old=${old%.abi}
    options=(--no-added-syms)
    if [[ -f $api/abi/$major.$old-drafts.abignore ]]; then options+=(--suppr "$api/abi/$major.$old-drafts.abignore"); fi
    "$api/abi/dump.sh" "$1" "$work/cut.abi" "$old" 2>"$work/report" || return 1
    if differ "$baseline" "$work/cut.abi" "${options[@]}"; then return 1; fi
  done
}
is_baseline() { # INCLUDE: exactly what is committed for this minor
  "$api/abi/dump.sh" "$1" "$work/now.abi" 2>"$work/report" && ! differ "$api/abi/$major.$minor.abi" "$work/now.abi"
}

compare() {
  keeps_promise "$api/include" || { cat "$work/report"; echo "plugins built before would break"; return 1; }
  is_baseline "$api/include" || {
    cat "$work/report"
    echo "differs from plugin-api/abi/$major.$minor.abi: a released minor does not change; raise HOTDESK_ABI_MINOR, then build plugin_api_baseline"
    return 1
  }
  echo "ABI $major.$minor keeps the promise of $(find "$api/abi" -name "$major.*.abi" | wc -l) baselines"
}

wrong=0
try() { # promise|breach exact|other FILE SED-SCRIPT
  local promise=promise exact=exact
  rm -rf "$work/include"
  cp -r "$api/include" "$work/include"
  sed -i -E "$4" "$work/include/hotdesk/plugin/$3"
  if cmp -s "$api/include/hotdesk/plugin/$3" "$work/include/hotdesk/plugin/$3"; then echo "nothing changed: $4"; wrong=1; fi
  keeps_promise "$work/include" || promise=breach
  is_baseline "$work/include" || exact=other
  if [[ $promise != "$1" || $exact != "$2" ]]; then
    echo "$3: $4: taken for $promise $exact, is $1 $2"
    wrong=1
  fi
}

control() {
  local later="/* since minor $((minor + 1)) */"
  # growth: marked, at the end
  try promise other clock.h "s|^(} hotdesk_host_clock;)|  $later\n  int64_t (*zone)(const hotdesk_host *host);\n\1|; s|^HOTDESK_LAYOUT.*||"
  try promise other log.h 's|^#endif$|typedef struct hotdesk_log_line {\n  uint32_t size;\n} hotdesk_log_line;\n#endif|'
  # and what would break a plugin
  try breach other clock.h "s|^(} hotdesk_host_clock;)|  int64_t (*zone)(const hotdesk_host *host);\n\1|; s|^HOTDESK_LAYOUT.*||"
  try breach other filter.h 's/^(  hotdesk_text reason;)/  uint64_t more;\n\1/; s/^HOTDESK_LAYOUT.*//'
  try breach other filter.h 's/const hotdesk_filter_message \*message/hotdesk_text message/'
  try breach other router.h 's/uint32_t capacity;/int32_t capacity;/'
  try breach other router.h 's/uint32_t open;/uint32_t conversations;/'
  try breach other state.h 's/int32_t dry_run/uint64_t dry_run/'
  try breach other clock.h '/steady_ms/d; s/^HOTDESK_LAYOUT.*//'
  try breach other types.h 's/typedef int32_t hotdesk_result;/typedef int64_t hotdesk_result;/'
  # a draft of 1.0 is a draft no more
  try breach other gray.h 's/uint32_t \*bucket/uint64_t *bucket/'
  if ((wrong == 0)); then echo "every breach was found"; fi
  return $wrong
}

case ${1:-} in
  compare) compare ;;
  control) control ;;
  *) sed -n '2,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
