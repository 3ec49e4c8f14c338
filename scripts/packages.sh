# What the scripts beside this one share about Debian's packages. To be sourced; `say` is the script's own.

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

# Whether the lists of packages have one of this name.
offers() { [[ -n $(apt-cache show "$1" 2>/dev/null) ]]; }

# Fetches the lists of packages.
update_lists() {
    say "Fetching Debian's lists of packages: apt-get update."
    as_root apt-get update -qq </dev/null || true
}
