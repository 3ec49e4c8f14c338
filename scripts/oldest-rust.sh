#!/usr/bin/env bash
# Makes sure that there is the oldest Rust that policies support, for the test that builds them with it.
#
# Where apt offers Debian's rustc-web of that version, it is unpacked into target/oldest-rust: nothing is installed. Elsewhere
# the test has nothing to build with, and says so. When it is there this takes no time.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/packages.sh

folder=target/oldest-rust
oldest=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)

say() { echo "oldest Rust: $*"; }
# The reason is kept for the test, which has no other way to know it.
without() {
    mkdir -p "$folder"
    echo "$*" >"$folder/missing"
    say "$* So no test builds policies with Rust $oldest."
    exit 0
}

# Runs the unpacked compiler, with the libraries that came with it.
runs() {
    local arch
    arch=$(uname -m)-linux-gnu
    LD_LIBRARY_PATH=$folder/usr/lib/$arch:$folder/usr/lib:$folder/lib/$arch "$folder/usr/bin/$1" --version
}

# The packages that one depends on and that this machine does not have.
missing() {
    local package
    LC_ALL=C apt-cache show "$1" | sed -n 's/^Depends: //p' | head -n 1 | tr ',' '\n' | sed 's/|.*//; s/(.*//; s/ //g' |
        while read -r package; do
            dpkg -s "$package" >/dev/null 2>&1 || echo "$package"
        done
}

if [[ -x $folder/usr/bin/cargo ]]; then exit; fi
if [[ $(/usr/bin/rustc --version 2>/dev/null) == "rustc $oldest."* && -f /usr/lib/rustlib/src/rust/library/Cargo.lock ]]; then
    # The machine's own is the oldest.
    mkdir -p "$folder"
    ln -sfn /usr "$folder/usr"
    exit
fi
command -v apt-get >/dev/null || without "There is no apt to get it with."
update_lists
version=$(LC_ALL=C apt-cache madison rustc-web 2>/dev/null | tr -d ' ' | cut -d'|' -f2 | grep "^$oldest[.]" | head -n 1) ||
    without "apt offers no rustc-web $oldest."
say "Unpacking Debian's rustc-web $version into $folder."
packages=("rustc-web=$version" "cargo-web=$version" "libstd-rust-web-dev=$version" "rust-web-src=$version" "libstd-rust-web-$oldest=$version")
mapfile -t libraries < <(for package in "libstd-rust-web-$oldest=$version" "cargo-web=$version"; do missing "$package"; done |
    grep -v rust-web\\\|rustc-web | sort -u)
rm -rf "$folder" "$folder.new"
unpack "$folder.new" "${packages[@]}" "${libraries[@]}" || without "It cannot be downloaded."
mv "$folder.new" "$folder"
runs rustc >/dev/null && runs cargo >/dev/null || {
    rm -rf "$folder"
    without "It does not run here."
}
