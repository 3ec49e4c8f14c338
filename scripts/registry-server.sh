#!/usr/bin/env bash
# Makes sure that there is a registry server (CNCF distribution) for the tests of policies in OCI registries.
#
# Where apt offers Debian's docker-registry, its program is unpacked into target/registry-server: nothing is installed, and no
# service is started. Elsewhere the tests that need it say how to get it. When it is there this takes no time.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/packages.sh

folder=target/registry-server
program=$folder/usr/bin/docker-registry

say() { echo "registry server: $*"; }

if [[ -n ${FINGERPOST_TEST_REGISTRY:-} ]] || command -v docker-registry >/dev/null || [[ -x $program ]]; then exit; fi
# Another program may be called so too.
if [[ $(registry --version 2>/dev/null) == *distribution* ]]; then exit; fi
if ! command -v apt-get >/dev/null; then
    say "There is none, and no apt to get one with: the tests of OCI registries will fail and say how to get it."
    exit
fi
offers docker-registry || update_lists
say "Unpacking Debian's docker-registry into $folder."
mkdir -p "$folder"
unpack() {
    local scratch
    scratch=$(mktemp -d)
    # apt's own user must be able to write there.
    chmod 777 "$scratch"
    (cd "$scratch" && apt-get download -qq docker-registry </dev/null) && dpkg -x "$scratch"/docker-registry_*.deb "$folder"
    local done=$?
    rm -rf "$scratch"
    return $done
}
unpack && [[ -x $program ]] || say "That failed: the tests of OCI registries will fail and say how to get it."
