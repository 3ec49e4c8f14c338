#!/usr/bin/env bash
# Makes sure that this machine can build the gateway and its policies, and installs what is missing.
#
# Policies are compiled for wasm32-unknown-unknown. Usually rustup has that target, or can fetch it. Where it can't,
# Debian's rustc-web builds the target's standard library from source; it lives in /usr/bin beside rustup's toolchain.
# When everything is there this takes a fraction of a second.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/packages.sh

target=wasm32-unknown-unknown

say() { echo "toolchain: $*"; }
die() {
    echo "toolchain: $*" >&2
    exit 1
}

# The same question that the build asks: is the standard library for the target there?
has_target() {
    local sysroot
    sysroot=$(rustc --print sysroot 2>/dev/null) || return 1
    compgen -G "$sysroot/lib/rustlib/$target/lib/libstd-*" >/dev/null
}

has_debian() {
    [[ -x /usr/bin/rustc && -x /usr/bin/cargo && -f /usr/lib/rustlib/src/rust/library/Cargo.lock ]] || return 1
    has_linker
}

# Rustup's toolchain brings a linker for WebAssembly even without the target.
has_linker() {
    local sysroot
    sysroot=$(rustc --print sysroot 2>/dev/null) || sysroot=/nonexistent
    compgen -G "$sysroot/lib/rustlib/*/bin/rust-lld" >/dev/null ||
        [[ -e /usr/bin/rust-lld || -e /usr/bin/wasm-ld || -e /usr/bin/lld ]] ||
        compgen -G "/usr/lib/llvm-*/bin/wasm-ld" >/dev/null
}

offers_debian() { offers rustc-web; }

# Cargo keeps to itself what a build script says, so the minute that the first build takes is announced here.
announce_std() {
    compgen -G "target/guests/$target/guest/deps/libstd-*" >/dev/null ||
        say "The first build takes a minute longer for that, without showing progress."
}

# Some machines can't reach rustup's servers and hang rather than fail, hence the limit on the time.
add_target() {
    command -v rustup >/dev/null || return 1
    say "rustup has no $target yet. Fetching it: rustup target add $target (for at most a minute)."
    timeout 60 rustup target add "$target" </dev/null
}

install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null
}

add_debian() {
    say "Installing Debian's rustc-web, cargo-web and rust-web-src (some 500 MB), which build $target from source."
    install rustc-web cargo-web rust-web-src || return 1
    has_linker && return
    # An older lld than the compiler's LLVM can't link what the compiler makes.
    local lld
    lld=lld-$(/usr/bin/rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
    say "Installing Debian's $lld, since there is no linker for WebAssembly."
    install "$lld"
}

command -v cargo >/dev/null || die "There is no cargo. Install Rust first: https://rustup.rs"
command -v cc >/dev/null || die "There is no C compiler (cc), which the embedded SQLite needs." \
    "On Debian and Ubuntu: apt-get install build-essential. On macOS: xcode-select --install."

case ${FINGERPOST_GUEST_TOOLCHAIN:-} in
    "" | rustup | debian) ;;
    *) die "FINGERPOST_GUEST_TOOLCHAIN must be rustup, debian or not set." ;;
esac
choice=${FINGERPOST_GUEST_TOOLCHAIN:-any}

if [[ $choice != debian ]] && has_target; then
    say "Policies are built by $(rustc --version)."
    exit
fi
if [[ $choice != rustup ]] && has_debian; then
    say "Policies are built by Debian's $(/usr/bin/rustc --version), the standard library from source."
    announce_std
    exit
fi

# Where Debian offers its packages, they are tried first: such machines are the ones where rustup hangs. Elsewhere the
# lists of packages may just be old, so that they are fetched only once rustup has failed.
if [[ $choice != rustup ]] && command -v apt-get >/dev/null; then
    if offers_debian && add_debian && has_debian; then
        announce_std
        exit
    fi
fi
if [[ $choice != debian ]] && add_target && has_target; then exit; fi
if [[ $choice != rustup ]] && command -v apt-get >/dev/null; then
    update_lists
    if offers_debian && add_debian && has_debian; then
        announce_std
        exit
    fi
fi
die "Nothing here can build for $target. Run \`rustup target add $target\` on a network that reaches" \
    "static.rust-lang.org, or install Debian's rustc-web, cargo-web and rust-web-src."
