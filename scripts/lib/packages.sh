# shellcheck shell=bash
# Finding and installing what the machine lacks, through its own package manager only.

INSTALL_HINT=
APT_LISTS_FRESH=

has() { command -v "$1" >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_become_root() {
    [ "$(id -u)" = 0 ] || { has sudo && sudo -n true 2>/dev/null; }
}

# Debian's postgresql package makes and starts a cluster of its own on 5432; ours is private, so that one is not wanted.
# Prometheus' package starts a service, which is not wanted either: policy-rc.d is where Debian asks whether it may.
# Both files are taken away again: a later installation by the machine's owner behaves as Debian means it.
apt_install() { # PACKAGE...
    local status=0
    (
        drop=/etc/postgresql-common/createcluster.d/zz-gaia.conf
        policy=/usr/sbin/policy-rc.d
        [ ! -e "$policy" ] || policy=
        # Also when somebody interrupts it: left behind, the second would keep every later package from starting its service.
        trap 'as_root rm -f "$drop" ${policy:+"$policy"}; as_root rmdir "${drop%/*}" "$(dirname "${drop%/*}")" 2>/dev/null || true' EXIT
        as_root mkdir -p "${drop%/*}"
        printf 'create_main_cluster = false\n' | as_root tee "$drop" >/dev/null
        [ -z "$policy" ] || { printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod 755 "$policy"; }
        { [ -n "$APT_LISTS_FRESH" ] || as_root apt-get update -q; } && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
    ) </dev/null >>"$LOGS/install.log" 2>&1 9>&- || status=$?
    [ "$status" -ne 0 ] || APT_LISTS_FRESH=1
    return "$status"
}

# Installs a package, or leaves in INSTALL_HINT the command that a person has to run.
install_package() { # WHAT APT DNF BREW
    local what=$1 apt=$2 dnf=$3 brew=$4 sudo=
    [ "$(id -u)" = 0 ] || sudo='sudo '
    mkdir -p "$LOGS"
    if has apt-get; then
        INSTALL_HINT="${sudo}apt-get update && ${sudo}apt-get install -y $apt"
    elif has dnf; then
        INSTALL_HINT="${sudo}dnf install -y $dnf"
    elif has brew; then
        INSTALL_HINT="brew install $brew"
    else
        INSTALL_HINT="install $what with your package manager"
        return 1
    fi
    [ "${GAIA_NO_INSTALL:-}" != 1 ] || return 1
    if has apt-get; then
        may_become_root || return 1
        note "installing $what (apt-get)"
        apt_install "$apt" || return 1
    elif has dnf; then
        may_become_root || return 1
        note "installing $what (dnf)"
        as_root dnf install -y -q "$dnf" </dev/null >>"$LOGS/install.log" 2>&1 9>&- || return 1
    else
        note "installing $what (brew)"
        brew install "$brew" </dev/null >>"$LOGS/install.log" 2>&1 9>&- || return 1
    fi
    hash -r
}

require_command() { # COMMAND WHAT APT DNF BREW
    local command=$1
    shift
    has "$command" || { install_package "$@" && has "$command"; } || die "$1 is missing; install it with: $INSTALL_HINT"
}

require_python() { require_command python3 "python3" python3 python3 python3; }

require_curl() { require_command curl "curl" curl curl curl; }

# Only the console's tests need a browser.
require_chromium() { require_command chromium "Chromium" chromium chromium chromium; }

# promtool comes with it.
require_prometheus() { require_command prometheus "Prometheus" prometheus golang-github-prometheus prometheus; }
