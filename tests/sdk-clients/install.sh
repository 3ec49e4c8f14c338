#!/usr/bin/env bash
# Installs the official OpenAI SDKs into target/sdk-clients of the workspace: `py`, a Python environment of its own, and
# `node`. Does nothing, and fast, when what the manifests pin is there already. `install.sh python` or `install.sh node`
# installs only that one. Ends with 3 where the machine has no Python or Node that could.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
into="${CARGO_TARGET_DIR:-$here/../../target}/sdk-clients"

say() { echo "sdk-clients: $*" >&2; }

# Whether a folder was installed from these very manifests.
is_current() { [[ -f "$1/.installed-from" ]] && cmp -s "$1/.installed-from" <(cat "${@:2}"); }

install_python() {
  is_current "$into/py" "$here/requirements.txt" && return
  command -v python3 >/dev/null || { say "python3 is missing; install it (Debian: apt-get install python3-venv)"; exit 3; }
  say "installing the Python SDK into $into/py"
  rm -rf "$into/py"
  python3 -m venv "$into/py" || { say "python3 has no venv; install it (Debian: apt-get install python3-venv)"; exit 3; }
  "$into/py/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  cat "$here/requirements.txt" > "$into/py/.installed-from"
}

install_node() {
  is_current "$into/node" "$here/package.json" "$here/package-lock.json" "$here/check.mjs" && return
  command -v npm >/dev/null || { say "npm is missing; install Node 20 or later (https://nodejs.org)"; exit 3; }
  node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' ||
    { say "node is $(node --version); install Node 20 or later (https://nodejs.org)"; exit 3; }
  say "installing the Node SDK into $into/node"
  rm -rf "$into/node"
  mkdir -p "$into/node"
  # Node looks for packages beside the script, so the script goes where the packages are.
  cp "$here/package.json" "$here/package-lock.json" "$here/check.mjs" "$into/node/"
  npm ci --prefix "$into/node" --silent --no-audit --no-fund
  cat "$here/package.json" "$here/package-lock.json" "$here/check.mjs" > "$into/node/.installed-from"
}

case "${1:-both}" in
  python) install_python ;;
  node) install_node ;;
  both) install_python; install_node ;;
  *) say "usage: install.sh [python|node]"; exit 2 ;;
esac
