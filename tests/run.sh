#!/usr/bin/env bash
# The test command. Installs what is missing, builds, runs every suite, prints one table; non-zero on any failure.
#   tests/run.sh          the whole gate: check build, unit, contract and system tests, web, browser, sanitizers
#   tests/run.sh quick    check build and the tests that take seconds
#   tests/run.sh asan     address and undefined-behaviour sanitizers
#   tests/run.sh tsan     thread sanitizer
#   tests/run.sh bench    the benchmarks (release build)
#   tests/run.sh soak     the long forms of the system tests
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2
# shellcheck source=conf/build/packages.sh
source conf/build/packages.sh

form=${1:-full}
case $form in
  full | quick | asan | tsan | bench | soak) ;;
  *) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
jobs=${HOTDESK_JOBS:-$(nproc)}
logs=$PWD/build/log
results=$(mktemp -d "${TMPDIR:-/tmp}/hotdesk-gate.XXXXXX")
background=()
finish() {
  local pid
  for pid in "${background[@]}"; do kill -- "-$pid" 2>/dev/null; done
  rm -rf "$results"
}
trap finish EXIT
trap 'exit 130' INT TERM
mkdir -p "$logs"
export NO_COLOR=1 CI=1 npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false

# ---- steps: each writes $results/NN-name with "seconds passed failed"; its output goes to build/log/name.log

order=0
# step NAME COUNTER COMMAND…: runs a command; COUNTER prints "passed failed" from its log and exit status.
step() {
  local name=$1 counter=$2 number start status passed failed
  shift 2
  printf -v number %02d "$order"
  order=$((order + 1))
  printf '==> %s\n' "$name"
  start=$(date +%s)
  "$@" >"$logs/$name.log" 2>&1
  status=$?
  read -r passed failed < <("$counter" "$name" "$status")
  printf '%s %s %s\n' $(($(date +%s) - start)) "$passed" "$failed" >"$results/$number-$name"
  if ((failed > 0)); then
    printf '!!! %s failed; the end of %s:\n' "$name" "build/log/$name.log"
    tail -n "${HOTDESK_TAIL:-60}" "$logs/$name.log"
  fi
  return $((failed > 0))
}

# a step that is one test: it works or it doesn't
count_one() { if (($2 == 0)); then echo 1 0; else echo 0 1; fi; }

# ctest: GoogleTest's reports where a test wrote one, else one test each
count_ctest() {
  local line name report passed=0 failed=0 tests bad state
  while read -r line; do
    [[ $line =~ ^[0-9]+/[0-9]+\ +Test\ +\#[0-9]+:\ ([^ ]+)\ [.]*([ *]*)(Passed|Skipped|Failed|Exception|Timeout|Not\ Run|Child\ aborted|Subprocess) ]] || continue
    name=${BASH_REMATCH[1]} state=${BASH_REMATCH[3]}
    [[ $state == Skipped ]] && continue
    report=$results/$1-xml/hotdesk_${name}_test.xml
    if [[ -s $report ]]; then
      tests=$(sed -n 's/^<testsuites tests="\([0-9]*\)".*/\1/p' "$report" | head -1)
      bad=$(sed -n 's/^<testsuites .*failures="\([0-9]*\)" disabled="[0-9]*" errors="\([0-9]*\)".*/\1 \2/p' "$report" | head -1 | awk '{print $1 + $2}')
      if [[ $state != Passed ]] && ((bad == 0)); then bad=1; fi
      passed=$((passed + tests - bad)) failed=$((failed + bad))
    elif [[ $state == Passed ]]; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
    fi
  done < <(sed 's/^ *//' "$logs/$1.log")
  if (($2 != 0 && failed == 0)); then failed=1; fi
  if ((passed + failed == 0)); then failed=1; fi # a suite without tests proves nothing
  echo "$passed" "$failed"
}

# vitest, node:test and whatever ends with "N passed, N failed"
count_web() {
  local passed failed
  read -r passed failed < <(awk '
    { gsub(/\033\[[0-9;]*m/, "") }
    /^ *Tests +/ { for (i = 2; i <= NF; i++) { if ($i == "passed" || $i == "passed)") p += $(i - 1); if ($i ~ /^failed/) f += $(i - 1) } }
    /^(#|ℹ) pass [0-9]+$/ { p += $3 }
    /^(#|ℹ) fail [0-9]+$/ { f += $3 }
    /^[0-9]+ passed, [0-9]+ failed$/ { p += $1; f += $3 }
    END { print p + 0, f + 0 }' "$logs/$1.log")
  if (($2 != 0 && failed == 0)); then failed=1; fi
  echo "$passed" "$failed"
}

# ---- C++

without_aslr=()
if setarch "$(uname -m)" -R true 2>/dev/null; then without_aslr=(setarch "$(uname -m)" -R); fi

configure() { cmake --preset "$1" "${@:2}" >"$logs/configure-$1.log" 2>&1 || { cat "$logs/configure-$1.log"; return 1; }; }

build() { # PRESET [TARGET…]
  local preset=$1
  shift
  configure "$preset" && cmake --build "build/$preset" -j "$jobs" ${1:+--target "$@"}
}

run_ctest() { # NAME PRESET ctest-arguments…
  local name=$1 preset=$2
  shift 2
  mkdir -p "$results/$name-xml"
  GTEST_OUTPUT="xml:$results/$name-xml/" ASAN_OPTIONS=strict_string_checks=1:detect_stack_use_after_return=0 \
    UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS=second_deadlock_stack=1 \
    "${without_aslr[@]}" ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j "$jobs" "$@"
}

# the names of tests that a selection would run, e.g. `names_of asan -L smoke`
names_of() { ctest --test-dir "build/$1" -N "${@:2}" | sed -n 's/^ *Test *#[0-9]*: //p'; }

sanitized='^(base|protocol|delivery|store|plugins)$'
sanitizer() { # asan|tsan
  configure "$1" || return 1
  local name targets=()
  for name in $(names_of "$1" -R "$sanitized") $(names_of "$1" -L smoke); do
    targets+=("hotdesk_${name}_test")
    if [[ ! $name =~ $sanitized ]]; then targets+=(hotdesk); fi
  done
  ((${#targets[@]})) || return 0
  cmake --build "build/$1" -j "$jobs" --target "${targets[@]}"
}
sanitizer_steps() {
  step "$1-build" count_one sanitizer "$1" || return
  step "$1" count_ctest run_ctest "$1" "$1" -R "$sanitized"
  if [[ -n $(names_of "$1" -L smoke) ]]; then step "$1-smoke" count_ctest run_ctest "$1-smoke" "$1" -L smoke; fi
}

# ---- benchmarks: a release build of its own, with its generator

build_bench() {
  cmake --preset release -B build/bench -DBUILD_TESTING=ON && cmake --build build/bench -j "$jobs"
}
bench_steps() {
  local load=build/bench/tests/bench/hotdesk_load program
  for program in build/bench/tests/bench/hotdesk_*bench; do
    if [[ -x $program ]]; then step "$(basename "$program")" count_one "$program"; fi
  done
  step saturated-500 count_one "$load" --pairs 500 --rate 0 --seconds 20
  step rate-1000 count_one "$load" --pairs 50 --rate 1000 --seconds 20
  step rate-5000 count_one "$load" --pairs 500 --rate 5000 --seconds 20
  step idle-5000 count_one "$load" --mode idle --clients 5000
  step storm-2000 count_one "$load" --mode storm --clients 2000
  tail -n 40 "$logs"/hotdesk_*bench.log "$logs"/{saturated-500,rate-1000,rate-5000,idle-5000,storm-2000}.log 2>/dev/null
}

# ---- web

npm_ci() { # a lockfile that is installed already is left alone
  local stamp=$1/node_modules/.hotdesk-lock
  if [[ -f $stamp ]] && cmp -s "$1/package-lock.json" "$stamp"; then return 0; fi
  (cd "$1" && npm ci --no-audit --no-fund) && cp "$1/package-lock.json" "$stamp"
}
has_script() { node -e 'process.exit(require(process.argv[1]).scripts?.[process.argv[2]] ? 0 : 1)' "$PWD/$1/package.json" "$2"; }
npm_run() { (cd "$1" && npm run --silent "$2"); }

web_packages() {
  local package
  for package in sdk/js host/web/ui host/web/widget host/web/agent host/web/admin; do
    if [[ -f $package/package.json ]]; then echo "$package"; fi
  done
}
web_steps() {
  local package name
  step npm count_one web_install || return
  for package in $(web_packages); do
    name=$(basename "$package")
    [[ $package == sdk/js ]] && name=client
    if has_script "$package" typecheck; then step "types-$name" count_one npm_run "$package" typecheck; fi
    if has_script "$package" test; then step "test-$name" count_web npm_run "$package" test; fi
  done
  step web-build count_one npm_run host/web build
}
web_install() {
  npm_ci sdk/js || return
  npm_ci host/web || return
  if [[ -f tests/browser/package-lock.json ]]; then npm_ci tests/browser; fi
}

# ---- scripts

scripts() {
  local script status=0
  while IFS= read -r script; do
    bash -n "$script" || status=1
    shellcheck -x "$script" || status=1
  done < <(git ls-files -co --exclude-standard -- '*.sh' .ci/run)
  return $status
}

# ---- the forms

packages() {
  local missing
  local wanted=("${hotdesk_build_packages[@]}" "${hotdesk_run_packages[@]}" "${hotdesk_test_packages[@]}")
  if [[ $form == full ]]; then wanted+=("${hotdesk_browser_packages[@]}"); fi
  mapfile -t missing < <(
    hotdesk_missing "${wanted[@]}"
    if [[ $form == full ]]; then hotdesk_node_missing; fi
  )
  ((${#missing[@]})) || return 0
  echo "installing: ${missing[*]}"
  hotdesk_install "${missing[@]}"
}

started=$(date +%s)
step packages count_one packages || { echo "0 passed, 1 failed"; exit 1; }

case $form in
  full)
    order=50
    set -m # a process group of its own, so that it can be ended as a whole
    web_steps &
    background+=($!)
    set +m
    order=10
    step scripts count_one scripts
    built=0
    step build count_one build check && built=1
    ((built)) && step ctest count_ctest run_ctest ctest check -LE 'system|bench|soak'
    wait "${background[0]}"
    background=()
    if ((built)); then
      if [[ -n $(names_of check -L system) ]]; then step system count_ctest run_ctest system check -L system -j 1; fi
      order=80
      if [[ -f tests/browser/package.json ]]; then step browser count_web npm_run tests/browser test; fi
    fi
    order=90
    sanitizer_steps asan
    ;;
  quick)
    step build count_one build check && step ctest count_ctest run_ctest ctest check -LE 'system|bench|soak'
    ;;
  asan | tsan) sanitizer_steps "$form" ;;
  bench)
    step build count_one build_bench && bench_steps
    ;;
  soak)
    if step build count_one build check; then
      step kill9 count_one build/check/tests/system/hotdesk_kill9 --rounds "${HOTDESK_ROUNDS:-200}" --seed "$RANDOM"
      step swap count_one build/check/tests/system/hotdesk_swap --swaps "${HOTDESK_SWAPS:-1000}"
      tail -n 20 "$logs/kill9.log" "$logs/swap.log"
    fi
    ;;
esac

# ---- one table

passed=0 failed=0
printf '\n%-22s %8s %8s %8s\n' step seconds passed failed
for file in "$results"/[0-9][0-9]-*; do
  [[ -f $file ]] || continue
  read -r seconds p f <"$file"
  name=$(basename "$file")
  printf '%-22s %8s %8s %8s\n' "${name#*-}" "$seconds" "$p" "$f"
  passed=$((passed + p)) failed=$((failed + f))
done
printf '%-22s %8s\n\n' total $(($(date +%s) - started))
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
