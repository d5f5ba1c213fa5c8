# shellcheck shell=bash
# TCP ports on loopback: is one taken, by whom, and which is free.

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The process that listens on a port, or nothing when this user may not see it.
listener_of() { # PORT
    local pid=
    if has ss; then
        pid=$(ss -ltnpH "sport = :$1" 2>/dev/null | sed -n 's/.*pid=\([0-9]*\).*/\1/p' | sed -n 1p)
    fi
    if [ -z "$pid" ] && has lsof; then
        pid=$(lsof -nP -iTCP:"$1" -sTCP:LISTEN -t 2>/dev/null | sed -n 1p)
    fi
    if [ -z "$pid" ] && [ -r /proc/net/tcp ]; then
        pid=$(listener_from_proc "$1")
    fi
    printf '%s' "$pid"
}

listener_from_proc() { # PORT
    local inode fd pid
    inode=$(awk -v port="$(printf ':%04X' "$1")" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10; exit }' /proc/net/tcp /proc/net/tcp6 2>/dev/null) || true
    [ -n "$inode" ] || return 0
    for fd in /proc/[0-9]*/fd/*; do
        if [ "$(readlink "$fd" 2>/dev/null)" = "socket:[$inode]" ]; then
            pid=${fd#/proc/}
            printf '%s' "${pid%%/*}"
            return 0
        fi
    done
}

holder_of() { # PORT
    local pid command
    pid=$(listener_of "$1")
    if [ -z "$pid" ]; then
        printf 'a process that this user may not see'
        return 0
    fi
    if [ -r "/proc/$pid/cmdline" ]; then
        command=$(tr '\0' ' ' <"/proc/$pid/cmdline")
    else
        command=$(ps -o command= -p "$pid" 2>/dev/null) || command='?'
    fi
    printf 'pid %s (%.100s)' "$pid" "${command% }"
}

require_port() { # PORT FOR VARIABLE
    ! port_taken "$1" || die "port $1 (for $2) is held by $(holder_of "$1"); stop it, or choose another with $3"
}

check_port_variable() { # VARIABLE VALUE
    whole_number "$2" 1 65533 || usage_error "$1 is not a port: '$2'"
}

free_port() { # FROM
    local port=$1
    while [ "$port" -lt $(($1 + 500)) ]; do
        if ! port_taken "$port"; then
            printf '%s' "$port"
            return 0
        fi
        port=$((port + 1))
    done
    die "no free port between $1 and $port"
}

# Port 80 needs a right that depends on user, container and kernel settings: trying is the only sure answer.
may_bind() { # PORT
    if has python3; then
        python3 - "$1" 2>/dev/null <<'PYTHON'
import socket, sys
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    probe.bind(("127.0.0.1", int(sys.argv[1])))
    probe.listen()
PYTHON
    elif has perl; then
        perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0) && setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1)
            && bind(S, sockaddr_in($ARGV[0], INADDR_LOOPBACK)) && listen(S, 1) or exit 1' "$1"
    else
        return 1
    fi
}
