#!/usr/bin/env bash
# Proves both README commands on a bare Debian 12: makes a fresh root with debootstrap, copies the committed tree into it, and
# runs conf/install.sh and tests/run.sh there. Outside the gate: takes long and needs root and the package mirror.
#   conf/build/prove_debootstrap.sh [install|test|all] [FOLDER]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
what=${1:-all}
root=${2:-$(mktemp -d /var/tmp/hotdesk-root.XXXXXX)}
case $what in install | test | all) ;; *) sed -n '2,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;; esac
((EUID == 0)) || { echo "run it as root" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "apt-get install debootstrap" >&2; exit 1; }

mirror=$(apt-cache policy 2>/dev/null | sed -n 's/^ *[0-9]* \(http[^ ]*\) bookworm\/main .*/\1/p' | head -1)
mounted=()
leave() {
  local at
  if [[ -x $root/usr/bin/supervisorctl ]]; then chroot "$root" supervisorctl shutdown >/dev/null 2>&1 || true; fi
  for ((at = ${#mounted[@]} - 1; at >= 0; at--)); do umount -l "${mounted[at]}" || true; done
  if [[ -z ${HOTDESK_KEEP_ROOT:-} ]]; then rm -rf --one-file-system "$root"; else echo "kept: $root"; fi
}
trap leave EXIT

if [[ ! -x $root/usr/bin/apt-get ]]; then debootstrap --variant=minbase bookworm "$root" "${mirror:-http://deb.debian.org/debian}"; fi
chmod 755 "$root" # mktemp's 0700 would keep the service's user out of its own /
for at in proc sys dev dev/pts; do
  mount --bind "/$at" "$root/$at"
  mounted+=("$root/$at")
done
# The way to packages is this machine's: its sources, proxies and names.
cp /etc/resolv.conf "$root/etc/resolv.conf"
for file in /etc/apt/apt.conf.d/*proxy* /etc/npmrc "$HOME/.npmrc"; do
  if [[ -r $file ]]; then install -D -m 600 "$file" "$root/${file#/}"; fi
done
# Certificates of its own that this machine trusts: ca-certificates takes them up when it is installed there.
for file in /usr/local/share/ca-certificates/*.crt; do
  if [[ -r $file ]]; then install -D -m 644 "$file" "$root/${file#/}"; fi
done
rm -rf "$root/root/hotdesk"
git archive --format=tar --prefix=hotdesk/ HEAD | tar -x -C "$root/root"
inside() { chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LANG=C.UTF-8 \
  ${NODE_EXTRA_CA_CERTS:+NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt} \
  ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} bash -c "cd /root/hotdesk && $1"; }

port=$((20000 + RANDOM % 10000))
if [[ $what != test ]]; then
  inside "time bash conf/install.sh --port $port --host localhost --yes"
  inside "curl -skf https://localhost:$port/api/healthz && runuser -u hotdesk -- /opt/hotdesk/bin/hotdesk check --config /opt/hotdesk/conf/hotdesk.json"
  inside "bash conf/install.sh --uninstall --purge --yes"
fi
if [[ $what != install ]]; then
  inside "apt-get install -y -q git >/dev/null && git init -q && git add -A && time tests/run.sh"
fi
echo "proved: $what"
