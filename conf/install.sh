#!/usr/bin/env bash
# Installs Hotdesk on this machine, or upgrades it in place. Debian 12 or Ubuntu 24.04, as root.
set -uo pipefail
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || exit 1
# shellcheck source=conf/build/packages.sh
source "$source_dir/conf/build/packages.sh"

usage() {
  cat <<'TXT'
bash conf/install.sh [options]        installs, or upgrades what is there and keeps its data

  --selfhost          one tenant on this machine (the default, and the only form of this version)
  --port N            port for HTTPS and WSS (default 8443)
  --host NAME         name or address under which browsers reach this machine (default: its first address)
  --dir PATH          where to install (default /opt/hotdesk)
  --tenant NAME       the tenant's name (default "Hotdesk")
  --no-cloud          nothing but this machine and its package sources: true of this version anyway
  --from-build DIR    install an existing build, such as build/check, instead of making a release build
  --uninstall         remove the program and its service; data, keys and configuration stay
  --purge             with --uninstall: remove those too; what was said there is then lost for good
  --yes               ask nothing
  --help              this text

Exit status: 0 done, 1 failed, 2 wrong usage.
TXT
}

say() { printf '%s\n' "$*"; }
step() { printf '\n[%s] %s\n' "$1" "$2"; }
die() { # what is wrong, what to do
  printf '\nhotdesk install: %s\n' "$1" >&2
  if [[ -n ${2:-} ]]; then printf '  -> %s\n' "$2" >&2; fi
  exit "${3:-1}"
}
wrong() { die "$1" "${2:-bash conf/install.sh --help lists the options}" 2; }

# ---- the command line

port='' host='' dir=/opt/hotdesk tenant='' from_build='' uninstall=0 purge=0 yes=0
need() { [[ $# -ge 2 && $2 != --* && -n $2 ]] || wrong "$1 needs a value"; }
while (($#)); do
  case $1 in
    --selfhost | --no-cloud) shift ;;
    --port) need "$@"; port=$2; shift 2 ;;
    --host) need "$@"; host=$2; shift 2 ;;
    --dir) need "$@"; dir=$2; shift 2 ;;
    --tenant) need "$@"; tenant=$2; shift 2 ;;
    --from-build) need "$@"; from_build=$2; shift 2 ;;
    --uninstall) uninstall=1; shift ;;
    --purge) purge=1; shift ;;
    --yes) yes=1; shift ;;
    --help | -h) usage; exit 0 ;;
    --port=* | --host=* | --dir=* | --tenant=* | --from-build=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
    --saas | --roles | --cluster | --node | --redis | --postgresql | --postgres | --mysql | --mariadb | --database | --nginx | --domain | \
      --certbot | --letsencrypt | --docker | --k8s | --package | --offline | --restore | --import | \
      --saas=* | --roles=* | --redis=* | --database=* | --domain=* | --restore=* | --import=*)
      wrong "${1%%=*} belongs to a later version of Hotdesk; this one installs a single self-hosted server with SQLite" \
        "leave ${1%%=*} out"
      ;;
    *) wrong "unknown option: $1" ;;
  esac
done

[[ -z $port || $port =~ ^[0-9]{1,5}$ ]] || wrong "--port must be a number from 1 to 65535, not \"$port\""
if [[ -n $port ]]; then port=$((10#$port)); ((port >= 1 && port <= 65535)) || wrong "--port must be from 1 to 65535, not $port"; fi
host_form='^[]A-Za-z0-9._:[-]+$'
[[ -z $host || $host =~ $host_form ]] || wrong "--host must be a host name or an address, without https:// and without a port"
((purge == 0 || uninstall == 1)) || wrong "--purge goes with --uninstall only"
[[ $dir == /* ]] || dir=$PWD/$dir
dir=$(realpath -m "$dir")
[[ $dir != / && $dir != /usr && $dir != /etc && $dir != /home && $dir != /opt && $dir != /var && $dir != /root && $dir != /tmp ]] ||
  wrong "--dir must be a folder of its own, not $dir"
[[ $dir =~ ^[A-Za-z0-9._/-]+$ ]] || wrong "--dir may hold letters, digits, dots, dashes and underscores only: $dir"
if [[ -n $from_build ]]; then
  [[ -f $from_build/CMakeCache.txt ]] || wrong "--from-build: $from_build is no build folder" "build first: cmake --preset check && cmake --build build/check"
  from_build=$(cd "$from_build" && pwd)
fi
((EUID == 0)) || die "installing needs root" "sudo bash conf/install.sh …"
if [[ ! -r /etc/debian_version ]] || ! command -v apt-get >/dev/null; then
  die "this installer knows Debian and its descendants" "build by hand: cmake --preset release && cmake --build build/release"
fi

user=hotdesk
if [[ $dir == /opt/hotdesk ]]; then name=hotdesk; else name=hotdesk-$(printf %s "$dir" | sha256sum | cut -c1-8); fi
have_systemd=0
if [[ -d /run/systemd/system ]]; then have_systemd=1; fi
unit=/etc/systemd/system/$name.service
program=/etc/supervisor/conf.d/$name.conf

confirm() { # QUESTION
  ((yes)) && return 0
  [[ -t 0 ]] || die "$1" "nobody to ask here: run it again with --yes"
  local answer
  read -r -p "$1 [y/N] " answer
  [[ $answer == [yY]* ]] || { say "Nothing was changed."; exit 1; }
}

# ---- services

supervisor_running() { supervisorctl pid >/dev/null 2>&1; }
start_supervisor() {
  supervisor_running && return 0
  service supervisor start >/dev/null 2>&1
  local try
  for try in 1 2 3 4 5 6 7 8 9 10; do
    supervisor_running && return 0
    if ((try == 3)); then supervisord -c /etc/supervisor/supervisord.conf >/dev/null 2>&1; fi
    sleep 0.5
  done
  return 1
}
stop_service() {
  if [[ -f $unit ]] && ((have_systemd)); then systemctl disable --now "$name" >/dev/null 2>&1; fi
  if [[ -f $program ]] && command -v supervisorctl >/dev/null && supervisor_running; then supervisorctl stop "$name" >/dev/null 2>&1; fi
}
fill() { # TEMPLATE TARGET
  local bind='CapabilityBoundingSet='
  if ((port < 1024)); then bind=$'AmbientCapabilities=CAP_NET_BIND_SERVICE\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE'; fi
  local text
  text=$(<"$1") || return 1
  text=${text//@name@/$name} text=${text//@user@/$user} text=${text//@dir@/$dir} text=${text//@bind@/$bind}
  printf '%s\n' "$text" >"$2"
}
start_service() {
  if ((have_systemd)); then
    fill "$source_dir/conf/systemd/hotdesk.service" "$unit" || return 1
    systemctl daemon-reload && systemctl enable "$name" >/dev/null 2>&1 && systemctl restart "$name"
  else
    start_supervisor || { say "supervisord does not start; see /var/log/supervisor/supervisord.log"; return 1; }
    fill "$source_dir/conf/supervisor/hotdesk.conf" "$program" || return 1
    supervisorctl reread >/dev/null && supervisorctl update "$name" >/dev/null || return 1
    # `update` starts a new or changed program; one that is unchanged gets the new binary by a restart
    supervisorctl status "$name" 2>/dev/null | grep -q RUNNING && [[ ${1:-} == upgrade ]] && supervisorctl restart "$name" >/dev/null
    supervisorctl status "$name" 2>/dev/null | grep -Eq 'RUNNING|STARTING' || supervisorctl start "$name" >/dev/null
  fi
}
service_words() {
  if ((have_systemd)); then say "systemctl status $name   journalctl -u $name"; else say "supervisorctl status $name   tail $dir/log/hotdesk.log"; fi
}

# ---- uninstall

if ((uninstall)); then
  [[ -f $dir/conf/install.env || -x $dir/bin/hotdesk ]] || die "there is no Hotdesk in $dir" "name its folder with --dir"
  if ((purge)); then
    confirm "Remove Hotdesk from $dir with all its data and keys? Nothing can bring them back."
  else
    confirm "Remove Hotdesk from $dir? Data, keys and configuration stay."
  fi
  stop_service
  if [[ -f $unit ]]; then rm -f "$unit"; ((have_systemd)) && systemctl daemon-reload; fi
  if [[ -f $program ]]; then
    rm -f "$program"
    command -v supervisorctl >/dev/null && supervisor_running && supervisorctl reread >/dev/null && supervisorctl update "$name" >/dev/null
  fi
  rm -rf "${dir:?}/bin" "$dir/web" "$dir/run"
  if ((purge)); then
    rm -rf "$dir/data" "$dir/keys" "$dir/conf" "$dir/plugins" "$dir/log"
    rmdir "$dir" 2>/dev/null || say "Left alone: what else lies in $dir"
    say "Hotdesk and its data are gone from $dir."
  else
    say "Hotdesk is gone from $dir; data, keys and configuration stay there. Installing again carries on with them."
  fi
  exit 0
fi

# ---- install or upgrade

log=$(mktemp /tmp/hotdesk-install.XXXXXX.log)
stage=''
leave() {
  if [[ -n $stage ]]; then rm -rf "$stage"; fi
  if [[ ! -s $log ]]; then rm -f "$log"; fi
}
trap leave EXIT
failed() { # WHAT ADVICE: shows the end of the log
  printf '\n' >&2
  tail -n 25 "$log" >&2
  die "$1" "${2:-} (the whole log: $log)"
}

upgrade=0
if [[ -f $dir/conf/install.env ]]; then
  upgrade=1
  old_port=$(sed -n 's/^port=//p' "$dir/conf/install.env") old_host=$(sed -n 's/^host=//p' "$dir/conf/install.env")
  [[ -z $port || $port == "$old_port" ]] || wrong "Hotdesk in $dir listens on $old_port; an upgrade does not change that" "edit $dir/conf/hotdesk.json and conf/install.env, or name another --dir"
  [[ -z $host || $host == "$old_host" ]] || wrong "Hotdesk in $dir is reached as $old_host; an upgrade does not change that" "edit public_host in $dir/conf/hotdesk.json, or name another --dir"
  port=$old_port host=$old_host
fi
port=${port:-8443}
if [[ -z $host ]]; then host=$(hostname -I 2>/dev/null | awk '{print $1}'); fi
host=${host:-localhost}

say "Hotdesk $(sed -n 's/^project(hotdesk VERSION \([0-9.]*\).*/\1/p' "$source_dir/CMakeLists.txt") into $dir, port $port$( ((upgrade)) && echo ' (upgrade)')"
if ((!upgrade)) && command -v ss >/dev/null && ss -Hltn "sport = :$port" 2>/dev/null | grep -q .; then
  die "port $port is taken by another program" "choose another: --port N   (ss -ltnp \"sport = :$port\" says whose it is)"
fi
free_mb=$(df -Pm "$(d=$dir; until [[ -d $d ]]; do d=$(dirname "$d"); done; echo "$d")" | awk 'NR==2 {print $4}')
((free_mb >= 500)) || die "only $free_mb MB are free for $dir" "500 MB are needed; make room or name another --dir"

step 1/6 "Packages"
wanted=("${hotdesk_run_packages[@]}")
if [[ -z $from_build ]]; then wanted+=("${hotdesk_build_packages[@]}"); fi
if ((!have_systemd)); then wanted+=(supervisor); fi
mapfile -t missing < <(hotdesk_missing "${wanted[@]}"; if [[ -z $from_build ]]; then hotdesk_node_missing; fi)
if ((${#missing[@]})); then
  say "installing ${missing[*]}"
  hotdesk_install "${missing[@]}" >>"$log" 2>&1 || failed "packages could not be installed" "check the network and /etc/apt/sources.list, then run this again"
else
  say "all there"
fi

step 2/6 "Server"
build=$from_build
progress() { # ninja's lines: one that rewrites itself on a terminal, else one for every tenth part
  local line last=-1 done_ all
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
    done_=${BASH_REMATCH[1]} all=${BASH_REMATCH[2]}
    if [[ -t 1 ]]; then
      printf '\r  %3d %%  (%d of %d)' $((100 * done_ / all)) "$done_" "$all"
    elif ((10 * done_ / all > last)); then
      last=$((10 * done_ / all))
      printf '  %3d %%  (%d of %d)\n' $((100 * done_ / all)) "$done_" "$all"
    fi
  done
  if [[ -t 1 ]]; then printf '\n'; fi
}
if [[ -z $build ]]; then
  build=$source_dir/build/release
  memory_mb=$(awk '/^MemAvailable/ {print int($2 / 1024)}' /proc/meminfo)
  jobs=$(nproc)
  if ((memory_mb < 3000)); then jobs=1; fi
  ((memory_mb >= 1800)) || say "  only $memory_mb MB of memory are free; if the compiler is killed, add swap or build elsewhere and use --from-build"
  (cd "$source_dir" && cmake --preset release) >>"$log" 2>&1 || failed "the build could not be configured" "the log says which library is missing"
  (cd "$source_dir" && cmake --build "$build" -j "$jobs") 2>&1 | progress
  ((PIPESTATUS[0] == 0)) || failed "the build failed" "if it says Killed: more memory is needed; else report the log"
fi
[[ -x $build/host/app/hotdesk ]] || die "$build holds no built server" "build it: cmake --build $build"
say "  $("$build/host/app/hotdesk" version)"

step 3/6 "Pages"
if [[ -z $from_build || ! -d $source_dir/host/web/admin/dist ]]; then
  command -v npm >/dev/null || die "the pages are not built and there is no npm here" "build them first: npm ci && npm run build in host/web"
  for package in sdk/js host/web; do
    stamp=$source_dir/$package/node_modules/.hotdesk-lock
    cmp -s "$source_dir/$package/package-lock.json" "$stamp" 2>/dev/null && continue
    say "  npm ci in $package"
    (cd "$source_dir/$package" && npm ci --no-audit --no-fund && cp package-lock.json node_modules/.hotdesk-lock) >>"$log" 2>&1 ||
      failed "the pages' packages could not be fetched" "check the network (npm config get registry), then run this again"
  done
  say "  building widget, agent, admin"
  (cd "$source_dir/host/web" && npm run build) >>"$log" 2>&1 || failed "the pages could not be built" "report the log"
else
  say "  as built in host/web"
fi

step 4/6 "Files"
if ! getent passwd "$user" >/dev/null; then
  useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$user" >>"$log" 2>&1 ||
    failed "the system user $user could not be made" "make it: useradd --system $user"
fi
mkdir -p "$dir" || die "$dir cannot be made" "name another --dir"
chmod 755 "$dir"
runuser -u "$user" -- test -x "$dir" || die "the user $user cannot reach $dir" "its parent folders must let others through: chmod o+x"
stage=$(mktemp -d "$dir/.stage.XXXXXX")
cmake --install "$build" --component server --prefix "$stage" >>"$log" 2>&1 || failed "the build could not be staged" "build it whole: cmake --build $build"
[[ -f $stage/web/admin/index.html ]] || die "the pages are missing from $source_dir/host/web/*/dist" "build them: npm run build in host/web"
chmod -R u=rwX,go=rX "$stage"
install -d -m 755 "$dir/bin" "$dir/plugins" "$dir/conf"
install -d -m 700 -o "$user" -g "$user" "$dir/data" "$dir/keys"
install -d -m 750 -o "$user" -g "$user" "$dir/run" "$dir/log"
# Each is replaced by a rename: the running server keeps what it has open until it is restarted.
if ! mv -f "$stage/bin/hotdesk" "$dir/bin/hotdesk.new" || ! mv -f "$dir/bin/hotdesk.new" "$dir/bin/hotdesk"; then
  die "the program could not be put into $dir/bin" "is the disk full or mounted read-only?"
fi
rm -rf "$dir/web.old"
if [[ -d $dir/web ]]; then mv "$dir/web" "$dir/web.old"; fi
mv "$stage/web" "$dir/web" && rm -rf "$dir/web.old"
# A running version lives in memory, so its folder may be replaced; other vendors' plugins are left alone.
for version in "$stage"/plugins/*/*; do
  [[ -d $version ]] || continue
  id=$(basename "$(dirname "$version")")
  mkdir -p "$dir/plugins/$id"
  rm -rf "${dir:?}/plugins/$id/$(basename "$version")"
  mv "$version" "$dir/plugins/$id/"
done
install -m 644 "$source_dir/conf/hotdesk.example.json" "$dir/conf/hotdesk.example.json"

step 5/6 "Keys, certificate, database"
public_host=$host
if [[ $public_host == *:* && $public_host != \[* ]]; then public_host="[$public_host]"; fi
if ((port != 443)); then public_host=$public_host:$port; fi
first=''
if [[ -f $dir/data/hotdesk.db ]]; then
  say "  kept as they are"
else
  chown "$user:$user" "$dir/conf"
  first=$(runuser -u "$user" -- "$dir/bin/hotdesk" init --config "$dir/conf/hotdesk.json" --host "$public_host" --port "$port" \
    --tenant "${tenant:-Hotdesk}" 2>>"$log") || failed "the first set-up failed" "mend what it says, remove $dir/data if it holds nothing of worth, run this again"
  chown root:root "$dir/conf"
  say "  made"
fi
chown "root:$user" "$dir/conf/hotdesk.json" && chmod 640 "$dir/conf/hotdesk.json"
printf 'port=%s\nhost=%s\nname=%s\n' "$port" "$host" "$name" >"$dir/conf/install.env"

step 6/6 "Service"
start_service "$( ((upgrade)) && echo upgrade)" || { [[ -n $first ]] && say "$first"; die "the service could not be started" "$(service_words)"; }
for ((i = 0; i < 120; i++)); do
  if health=$(curl -skf --max-time 2 "https://127.0.0.1:$port/api/healthz"); then break; fi
  health=''
  sleep 0.5
done
if [[ -z $health ]]; then
  [[ -n $first ]] && say "$first"
  tail -n 20 "$dir/log/hotdesk.log" 2>/dev/null >&2
  die "the server does not answer on port $port" "look: $(service_words); and try: runuser -u $user -- $dir/bin/hotdesk check --config $dir/conf/hotdesk.json"
fi
say "  $name answers: $health"

say ""
if [[ -n $first ]]; then
  say "$first"
else
  say "Hotdesk is upgraded: https://$public_host/admin/"
  say "A lost password: runuser -u $user -- $dir/bin/hotdesk user passwd admin --config $dir/conf/hotdesk.json"
fi
say ""
say "Look after it:  $(service_words)"
say "Check it:       runuser -u $user -- $dir/bin/hotdesk check --config $dir/conf/hotdesk.json"
rm -f "$log"
