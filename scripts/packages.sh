# What the scripts beside this one share about Debian's packages. To be sourced; `say` is the script's own.

# A server that does not answer is given up within seconds, and so is a lock that somebody else holds.
apt_options=(-o Acquire::http::Timeout=5 -o Acquire::https::Timeout=5 -o Acquire::Retries=1 -o DPkg::Lock::Timeout=10)

# Runs a command for so many seconds at most, where the system can do that.
limited() {
    if command -v timeout >/dev/null; then timeout "$@"; else "${@:2}"; fi
}

# Runs a command as root.
as_root() {
    if [[ $(id -u) -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        # With nobody at the terminal sudo must not wait for a password.
        if [[ -t 0 ]]; then sudo "$@"; else sudo -n "$@"; fi
    else
        say "Installing packages needs root, and there is no sudo." >&2
        return 1
    fi
}

# Fetches the lists of packages. What an old list names may be gone, or too old.
update_lists() {
    say "Fetching Debian's lists of packages: apt-get update."
    as_root limited 120 apt-get update -qq "${apt_options[@]}" </dev/null || say "That failed." >&2
}

# Installs packages, the latest that the lists offer, whatever version is there already.
install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${apt_options[@]}" "$@" </dev/null
}

# The version of a package that apt would install, without what Debian adds to it: nothing where it has none.
candidate() {
    local version
    version=$(LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *//p')
    version=${version#*:}
    if [[ $version == [0-9]* ]]; then echo "${version%%[+~-]*}"; fi
}

# Unpacks packages (NAME or NAME=VERSION) into a folder: nothing is installed, and nobody need be root.
unpack() {
    local folder=$1 scratch package done=0
    shift
    scratch=$(mktemp -d)
    # apt's own user must be able to write there.
    chmod 777 "$scratch"
    mkdir -p "$folder"
    (cd "$scratch" && apt-get download -qq "${apt_options[@]}" "$@" </dev/null) || done=1
    for package in "$scratch"/*.deb; do
        [[ $done -ne 0 ]] || dpkg -x "$package" "$folder" || done=1
    done
    rm -rf "$scratch"
    return $done
}
