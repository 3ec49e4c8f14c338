#!/usr/bin/env bash
# Makes sure that this machine can build the gateway and its policies, and installs what is missing. What is too old is told,
# or brought up to date, before anything is compiled; what cannot be had is told with the commands that mend it.
#
# Policies are compiled for wasm32-unknown-unknown. Usually rustup has that target, or can fetch it. Where it can't,
# Debian's rustc-web builds the target's standard library from source; it lives in /usr/bin beside rustup's toolchain, or
# is unpacked in FINGERPOST_DEBIAN_ROOT. When everything is there this takes a fraction of a second.
#
# `guest-build` asks the same questions when it compiles. Which Rust is needed, the manifests say, and nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/packages.sh

target=wasm32-unknown-unknown
debian=(rustc-web cargo-web rust-web-src)
root=${FINGERPOST_DEBIAN_ROOT:-}
root=${root%/}

say() { echo "toolchain: $*"; }
die() {
    printf 'toolchain: %s\n' "$@" >&2
    exit 1
}

# What a manifest asks for.
rust_version() { sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$1"; }

# Whether one version is another or a later one, as far as their first two numbers go.
at_least() {
    local have want
    IFS=. read -r -a have <<<"${1%%[!0-9.]*}"
    IFS=. read -r -a want <<<"$2"
    ((${have[0]:-0} > want[0] || (${have[0]:-0} == want[0] && ${have[1]:-0} >= want[1])))
}

# The number in what a program says of its version.
version_of() {
    local name version
    read -r name version _ <<<"$("$@" --version 2>/dev/null)" || true
    echo "${version:-unknown}"
}

# One of Debian's programs, which need their own libraries where they are only unpacked.
of_debian() {
    local arch
    arch=$(uname -m)-linux-gnu
    if [[ -z $root ]]; then "/usr/bin/$1" "${@:2}"; else
        LD_LIBRARY_PATH=$root/usr/lib/$arch:$root/usr/lib:$root/lib/$arch:$root/lib "$root/usr/bin/$1" "${@:2}"
    fi
}

sysroot() { rustc --print sysroot 2>/dev/null || echo /nonexistent; }

# The same question that the build asks: is the standard library for the target there, and the compiler new enough?
has_target() {
    at_least "$(version_of rustc)" "$policies_need" &&
        compgen -G "$(sysroot)/lib/rustlib/$target/lib/libstd-*" >/dev/null
}

# Rustup's toolchain brings a linker for WebAssembly even without the target.
has_linker() {
    compgen -G "$(sysroot)/lib/rustlib/*/bin/rust-lld" >/dev/null ||
        [[ -e $root/usr/bin/rust-lld || -e $root/usr/bin/wasm-ld || -e $root/usr/bin/lld ]] ||
        compgen -G "$root/usr/lib/llvm-*/bin/wasm-ld" >/dev/null
}

# What Debian's packages lack to build policies; nothing where they can.
debian_lacks() {
    local program version source=$root/usr/lib/rustlib/src/rust
    for program in rustc cargo; do
        [[ -x $root/usr/bin/$program ]] || { echo "there is no $root/usr/bin/$program"; return; }
        version=$(version_of of_debian "$program")
        at_least "$version" "$policies_need" || { echo "$root/usr/bin/$program is $version"; return; }
    done
    [[ -f $source/library/Cargo.lock ]] || { echo "rust-web-src is not there"; return; }
    version=$(version_of of_debian rustc)
    # Debian keeps the source in a folder that is named after its version.
    source=$(cd -P "$source" && basename "$PWD")
    if [[ $source == rustc-* && $source != "rustc-$version" ]]; then
        echo "rust-web-src is ${source#rustc-}, and rustc-web $version"
        return
    fi
    has_linker || echo "there is no linker for WebAssembly"
}

# Ends the script if Debian's packages can build policies.
use_debian() {
    [[ -z $(debian_lacks) ]] || return 0
    say "Policies are built by Debian's $(of_debian rustc --version), the standard library from source."
    # Cargo keeps to itself what a build script says, so the minute that the first build takes is announced here.
    compgen -G "target/guests/std-*/lib/rustlib/$target" >/dev/null ||
        say "The first build takes a minute longer for that, without showing progress."
    exit 0
}

# Ends the script if the active toolchain can build policies.
use_active() {
    has_target || return 0
    say "Policies are built by $(rustc --version)."
    exit 0
}

# What has been tried in vain.
tried=()

# Installs Debian's packages, or brings them up to date, if the lists of today offer what is new enough.
add_debian() {
    local offered lld
    update_lists
    offered=$(candidate rustc-web)
    if ! at_least "${offered:-0}" "$policies_need"; then
        tried+=("apt offers ${offered:+rustc-web }${offered:-no rustc-web}")
        return
    fi
    say "Installing Debian's ${debian[*]} $offered (some 500 MB), which build $target from source."
    if ! install "${debian[@]}"; then
        tried+=("apt-get install fails, as it says above")
        return
    fi
    if ! has_linker; then
        # An older lld than the compiler's LLVM can't link what the compiler makes.
        lld=lld-$(of_debian rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
        say "Installing Debian's $lld, since there is no linker for WebAssembly."
        install "$lld" || tried+=("apt-get install $lld fails, as it says above")
    fi
}

# Whether rustup's server answers. Some networks drop what goes there, and rustup would wait for minutes.
reaches_rustup() {
    local server=${RUSTUP_DIST_SERVER:-https://static.rust-lang.org} host
    if command -v curl >/dev/null; then curl --silent --head --output /dev/null --max-time 5 "$server" && return; fi
    # Only rustup knows the way through a proxy.
    [[ -z ${https_proxy:-}${HTTPS_PROXY:-}${all_proxy:-}${ALL_PROXY:-} ]] || return 0
    host=${server#*://}
    host=${host%%/*}
    [[ $host == *:* ]] || if [[ $server == http:* ]]; then host+=:80; else host+=:443; fi
    limited 5 bash -c "exec 3<>/dev/tcp/${host%:*}/${host##*:}" 2>/dev/null
}

add_target() {
    if ! reaches_rustup; then
        tried+=("rustup's server ${RUSTUP_DIST_SERVER:-static.rust-lang.org} does not answer")
        return
    fi
    say "rustup has no $target yet. Fetching it: rustup target add $target (for at most a minute)."
    limited 60 rustup target add "$target" </dev/null || tried+=("rustup target add $target fails")
}

command -v cargo >/dev/null && command -v rustc >/dev/null || die "There is no cargo. Install Rust first: https://rustup.rs"
command -v cc >/dev/null || die "There is no C compiler (cc), which the embedded SQLite needs." \
    "On Debian and Ubuntu: apt-get install build-essential. On macOS: xcode-select --install."
said=$(rustc --version 2>&1) || die "rustc does not run: $said" "Run: rustup default stable"

gateway_needs=$(rust_version host/Cargo.toml)
policies_need=$(rust_version Cargo.toml)
if ! at_least "$(version_of rustc)" "$gateway_needs"; then
    if command -v rustup >/dev/null; then
        die "The active Rust is $said, and the gateway needs $gateway_needs or later." \
            "Run: rustup update stable && rustup default stable" \
            "If another is still active then, \`rustup show\` says why."
    fi
    die "The Rust here is $said, and the gateway needs $gateway_needs or later." "Install it with rustup: https://rustup.rs"
fi

choice=${FINGERPOST_GUEST_TOOLCHAIN:-any}
case $choice in
    any | rustup | debian) ;;
    *) die "FINGERPOST_GUEST_TOOLCHAIN must be rustup, debian or not set." ;;
esac

[[ $choice == debian ]] || use_active
[[ $choice == rustup ]] || use_debian

# Where apt offers the packages, they are tried first: such machines are often the ones where rustup hangs.
if [[ $choice != rustup ]]; then
    if ! command -v apt-get >/dev/null; then
        tried+=("there is no apt-get")
    elif ! as_root true; then
        tried+=("installing packages needs root")
    else
        add_debian
        use_debian
    fi
fi
if [[ $choice != debian ]]; then
    if command -v rustup >/dev/null; then
        add_target
        use_active
    else
        tried+=("there is no rustup")
    fi
fi

lines=("Policies need Rust $policies_need or later with $target. There is none:")
[[ $choice == debian ]] || lines+=("  the active $(rustc --version) has no standard library for it")
[[ $choice == rustup ]] || lines+=("  of Debian's packages, $(debian_lacks)")
for what in "${tried[@]}"; do lines+=("  $what"); done
lines+=("One of these mends it:")
[[ $choice == debian ]] || lines+=("  rustup target add $target    # on a network that reaches static.rust-lang.org")
[[ $choice == rustup ]] || lines+=("  apt-get update && apt-get install ${debian[*]}"
    "    # as root, where apt offers rustc-web $policies_need or later: Debian's security updates do for its stable releases")
die "${lines[@]}"
