#!/bin/sh
# Installs what freehold needs on Debian 12 and 13, and nothing that is there already. May be run at any time.
#   sh scripts/set-up.sh          what running a site needs
#   sh scripts/set-up.sh --test   and what the tests need
#   sh scripts/set-up.sh --npm    and npm, where it is missing
#   sh scripts/set-up.sh --bench  and what makes requests for the benchmarks
set -eu
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

say() { echo "set-up: $*"; }
stop() {
  echo "error: $1" >&2
  echo "hint: $2" >&2
  exit 1
}

case ${1:-} in
  "" | --test | --npm | --bench) ;;
  *) echo "error: expected --test, --npm, --bench or nothing, got \"$1\"" >&2; exit 2 ;;
esac

packages=
# want PACKAGE FILE-OR-PROGRAM: the package is missing when what it brings is.
want() {
  case $2 in
    /*) [ ! -e "$2" ] || return 0 ;;
    *) ! command -v "$2" >/dev/null || return 0 ;;
  esac
  packages="$packages $1"
}

want podman podman
want netavark /usr/lib/podman/netavark
want aardvark-dns /usr/lib/podman/aardvark-dns
want nftables nft
want iptables iptables
want iproute2 ip
want mount mount
want mmdebstrap mmdebstrap
want git git
want openssh-client ssh
want curl curl
want skopeo skopeo
want ca-certificates /etc/ssl/certs/ca-certificates.crt
# crun refuses control groups of version 1 and mixed ones.
if ! command -v crun >/dev/null || grep -q ' cgroup ' /proc/self/mounts; then
  want runc runc
fi
# With it copies of state cost nothing there.
[ "$(stat --file-system --format=%T /var/lib)" != btrfs ] || want btrfs-progs btrfs
[ "${1:-}" != --npm ] || want npm npm
[ "${1:-}" != --bench ] || want wrk wrk
if [ "${1:-}" = --test ]; then
  want haproxy haproxy
  want wrk wrk
  want chromium chromium
  want vdirsyncer vdirsyncer
  want taskwarrior task
  want openssl openssl
  want libnss3-tools certutil
  want procps ps
  want faketime faketime
  # Mail: programs that send, receive and read, and what checks signatures.
  want swaks swaks
  want libnet-ssleay-perl /usr/lib/*/perl5/5.*/Net/SSLeay.pm
  want sieve-connect sieve-connect
  want isync mbsync
  want dnsmasq-base dnsmasq
  want python3-aiosmtpd /usr/lib/python3/dist-packages/aiosmtpd
  want python3-dkim dkimverify
  want python3-slixmpp /usr/lib/python3/dist-packages/slixmpp
  want python3-aiohttp /usr/lib/python3/dist-packages/aiohttp
  want prosody prosody
  want docker-registry docker-registry
  want busybox-static busybox
  # Disks with snapshots and shared blocks, and what a file can have beside its content.
  want btrfs-progs mkfs.btrfs
  want xfsprogs mkfs.xfs
  want e2fsprogs mkfs.ext4
  want attr setfattr
  want acl setfacl
  # A remote over SSH, and signatures by OpenPGP.
  want openssh-server /usr/sbin/sshd
  want gpg gpg
  want gpg-agent gpg-agent
  # It reads metrics as a Prometheus would.
  want prometheus promtool
fi

# npm 9 does not put the program of an optional package among the others.
link_node() {
  for node in node_modules/node-linux-*/bin/node; do
    [ ! -x "$node" ] || ln -sf "../${node#node_modules/}" node_modules/.bin/node
  done
}
modules=
[ -x node_modules/.bin/node ] || [ ! -d node_modules/.bin ] || link_node
if [ ! -x node_modules/.bin/node ] || [ -n "$(find package-lock.json -newer node_modules/.package-lock.json)" ]; then
  modules=yes
fi

log=
forbid=
end() {
  [ -z "$log" ] || rm -f "$log"
  [ -z "$forbid" ] || rm -f "$forbid"
}
trap end EXIT
trap 'exit 130' INT TERM

# run WHAT HINT COMMAND…: quiet unless it fails; then its last words are shown.
run() {
  what=$1 hint=$2
  shift 2
  [ -n "$log" ] || log=$(mktemp)
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 15 "$log" >&2
    stop "expected $what to succeed, got the lines above" "$hint"
  fi
}

# room KILOBYTES DIRECTORY
room() {
  free=$(df -Pk "$2" | awk 'NR == 2 { print $4 }')
  [ "$free" -ge "$1" ] || stop "expected $(($1 / 1024)) MB free for $2, got $((free / 1024)) MB" "free some space and run this again"
}

install_packages() {
  [ "$(id -u)" = 0 ] || stop "expected to be run by root, to install$packages" "sudo apt-get install --no-install-recommends$packages"
  command -v apt-get >/dev/null || stop "expected Debian 12 or 13, got a system without apt-get" "install by its own means:$packages"
  room 1048576 /var/lib
  export DEBIAN_FRONTEND=noninteractive
  # What is installed for its program must not start as a service of the machine.
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    forbid=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' >"$forbid"
    chmod 755 "$forbid"
  fi
  say "apt-get update"
  run "apt-get update" "look whether this machine reaches the hosts that /etc/apt names" \
    apt-get -q -o DPkg::Lock::Timeout=300 -o APT::Update::Error-Mode=any update
  say "apt-get install$packages"
  # shellcheck disable=SC2086
  run "apt-get install" "dpkg --configure -a, then this again" \
    apt-get -yq -o DPkg::Lock::Timeout=300 install --no-install-recommends $packages
}

install_modules() {
  command -v npm >/dev/null || stop "expected npm on this machine, got nothing" "sh install.sh, which installs it"
  room 524288 .
  say "npm install (Node and the packages that freehold is made of)"
  # Not "npm ci": that of npm 11 refuses a lock in which packages for other systems are missing, though nobody needs them here.
  run "npm install" "look whether this machine reaches the registry: npm ping" npm install --no-save --no-audit --no-fund
  [ -x node_modules/.bin/node ] || link_node
  [ -x node_modules/.bin/node ] ||
    stop "expected Node for this machine ($(uname -m)) among the packages, got none" "freehold runs on x86_64 and aarch64"
}

[ -z "$packages" ] || install_packages
[ -z "$modules" ] || install_modules
