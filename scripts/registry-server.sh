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
update_lists
say "Unpacking Debian's docker-registry into $folder."
unpack "$folder" docker-registry && [[ -x $program ]] ||
    say "That failed: the tests of OCI registries will fail and say how to get it."
