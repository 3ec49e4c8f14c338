#!/usr/bin/env bash
# Plays a newcomer on a bare machine: the README's two commands in a Debian that has Rust, a C compiler and nothing else, and
# whose lists of packages are those of the release alone.
#
#   sudo scripts/bare-tree.sh FOLDER [run|test|both]
#
# FOLDER becomes the machine, or goes on as it was left. It takes some 15 GB, and can be deleted afterwards. Rust is this
# machine's own, read-only, so that rustup has to do without its server; what cargo has downloaded here is copied, to spare the
# network, and nothing that was built. The clone is of HEAD: what is not committed is not played.
set -euo pipefail

release=bookworm
mirror=${FINGERPOST_DEBIAN_MIRROR:-http://deb.debian.org/debian}
# What Rust's installer and a clone need, and a C compiler.
packages=ca-certificates,curl,gcc,git,libc6-dev,make

say() { printf 'bare tree, %d:%02d: %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }
die() {
    echo "bare tree: $*" >&2
    exit 1
}

[[ $# -ge 1 && ${2:-both} =~ ^(run|test|both)$ ]] || die "usage: scripts/bare-tree.sh FOLDER [run|test|both]"
[[ $(id -u) -eq 0 ]] || die "This needs root, to make the tree and to change into it."
command -v debootstrap >/dev/null || die "There is no debootstrap: apt-get install debootstrap"
# Mounts and processes of its own: whatever happens, nothing is left of them.
if [[ $$ -ne 1 ]]; then
    exec unshare --mount --propagation private --pid --fork --kill-child "$0" "$@"
fi
repository=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
tree=$(cd "$1" && pwd)
part=${2:-both}
home=$tree/root

make_tree() {
    say "making Debian $release with $packages"
    debootstrap --variant=minbase --include="$packages" "$release" "$tree" "$mirror" >"$tree.log" 2>&1 ||
        die "debootstrap fails: see $tree.log"
    cp -L /etc/resolv.conf /etc/hosts "$tree/etc/"
    say "copying what cargo has downloaded, and cloning $(git -C "$repository" log -1 --format='%h (%s)')"
    mkdir -p "$home/.cargo/bin" "$home/.rustup"
    for what in registry config.toml; do
        [[ ! -e ${CARGO_HOME:-$HOME/.cargo}/$what ]] || cp -a "${CARGO_HOME:-$HOME/.cargo}/$what" "$home/.cargo/"
    done
    git clone --quiet --no-hardlinks "$repository" "$home/fingerpost"
    touch "$tree/made"
}

mount_it() {
    mount -t proc proc "$tree/proc"
    mount --rbind /dev "$tree/dev"
    mount --bind "${CARGO_HOME:-$HOME/.cargo}/bin" "$home/.cargo/bin"
    mount --bind "${RUSTUP_HOME:-$HOME/.rustup}" "$home/.rustup"
    mount -o remount,bind,ro "$home/.cargo/bin"
    mount -o remount,bind,ro "$home/.rustup"
}

# Runs a script in the clone, as a newcomer would.
inside() {
    chroot "$tree" env -i HOME=/root TERM=dumb LANG=C.UTF-8 \
        PATH=/root/.cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin RUSTUP_DIST_SERVER=http://127.0.0.1:9 ${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} \
        "${@:2}" bash -euo pipefail -c "cd /root/fingerpost; $1" </dev/null
}

play_run() {
    local began=$SECONDS token server log=$home/make-run.log
    say "make run"
    inside "exec make run" >"$log" 2>&1 &
    server=$!
    until grep -q "Admin token" "$log"; do
        kill -0 $server 2>/dev/null || { tail -n 30 "$log"; die "make run ended, after $((SECONDS - began)) s"; }
        sleep 1
    done
    grep '^toolchain: ' "$log"
    say "it serves, after $((SECONDS - began)) s"
    token=$(grep -o 'fpa-[A-Za-z0-9_-]*' "$log" | head -n 1)
    # The README's first block of commands.
    inside "$(sed -n '/^<!-- run -->$/,/^```$/p' "$repository/README.md" | sed '1,2d' | sed '/^```$/,$d')" "FINGERPOST_ADMIN_TOKEN=$token" |
        grep -E '^(HTTP|x-fingerpost|\{)' || die "the README's first commands fail"
    # The server is a child of make and of cargo.
    inside 'for exe in /proc/[0-9]*/exe; do
        [[ $(readlink "$exe") != */release/fingerpost ]] || kill -INT "$(basename "${exe%/exe}")"
    done'
    wait $server || say "make run ends with $? once it is stopped"
    say "make run: answered, and stopped"
}

play_test() {
    local began=$SECONDS
    say "make test"
    inside "make test" || die "make test fails, after $((SECONDS - began)) s"
    say "make test: passed, after $((SECONDS - began)) s"
}

[[ -e $tree/made ]] || make_tree
mount_it
say "$(inside 'rustc --version; gcc --version | head -n 1; dpkg -l rustc-web 2>/dev/null | tail -n 1 | tr -s " "' | tr '\n' ';')"
[[ $part == test ]] || play_run
[[ $part == run ]] || play_test
say "all of it held: $part, at $(inside 'git log -1 --format=%h')"
