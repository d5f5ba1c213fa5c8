# shellcheck shell=bash
# Processes that outlive this shell. Each has a record .gaia/run/NAME.pid:
#   line 1  process id and start time (an id alone may have been given to somebody else since)
#   line 2  URL
#   line 3  a detail of its own (the silo's port, GAIA_HOME's seed)
#   line 4  where its log began

# What this call started, to be stopped again when it fails.
STARTED=()

take_lock() { # FILE [SECONDS]
    { : >>"$1"; } 2>/dev/null || die "the lock $1 cannot be written"
    exec 9>"$1"
    if has flock; then
        flock ${2:+-w "$2"} 9
    else
        perl -MFcntl=:flock -e 'alarm $ARGV[0]; open(my $file, ">&=", 9) or die $!; flock($file, LOCK_EX) or die $!' "${2:-0}"
    fi
}

release_lock() { exec 9>&-; }

# Fails for a process that is gone or only waits to be reaped.
started_at() { # PID
    local stat
    if [ -d /proc/self ]; then
        { stat=$(cat "/proc/$1/stat"); } 2>/dev/null || return 1
        # The command name, in parentheses, may itself hold spaces and parentheses.
        # shellcheck disable=SC2086
        set -- ${stat##*) }
        [ "$1" != Z ] || return 1
        printf '%s' "${20}"
    else
        stat=$(LC_ALL=C ps -o lstart= -p "$1") || return 1
        # shellcheck disable=SC2086
        set -- $stat
        local IFS=_
        printf '%s' "$*"
    fi
}

record_line() { # NAME LINE
    [ -f "$RUN/$1.pid" ] || return 0
    sed -n "$2p" "$RUN/$1.pid"
}

pid_of() {
    local first
    first=$(record_line "$1" 1)
    printf '%s' "${first%% *}"
}

url_of() { record_line "$1" 2; }

alive() { # NAME
    local pid start now
    [ -f "$RUN/$1.pid" ] || return 1
    read -r pid start <"$RUN/$1.pid" || return 1
    [ -n "$start" ] && now=$(started_at "$pid") && [ "$now" = "$start" ]
}

write_record() { # NAME PID URL DETAIL LOG_OFFSET
    local start
    start=$(started_at "$2") || start=gone
    printf '%s %s\n%s\n%s\n%s\n' "$2" "$start" "$3" "$4" "$5" >"$RUN/$1.pid"
}

detached() {
    if has setsid; then exec setsid "$@"; else exec perl -MPOSIX -e 'POSIX::setsid(); exec @ARGV or exit 127' "$@"; fi
}

launch() { # NAME URL DETAIL COMMAND...
    local name=$1 url=$2 detail=$3 log=$LOGS/$1.log begin
    shift 3
    [ ! -f "$log" ] || [ "$(wc -c <"$log")" -lt 50000000 ] || mv -f "$log" "$log.1"
    touch "$log"
    begin=$(wc -c <"$log")
    # Exported and not on a command line, which can be read by every user: a connection may have its password in it.
    (cd "$ROOT" && export ${MEMBER_ENVIRONMENT[@]+"${MEMBER_ENVIRONMENT[@]}"} && detached "$@") </dev/null >>"$log" 2>&1 9>&- &
    write_record "$name" "$!" "$url" "$detail" "$((begin))"
    MEMBER_ENVIRONMENT=()
    # Not a job of this shell: it would announce the death of a silo that the demo kills.
    disown "$!"
    STARTED=("$name" ${STARTED[@]+"${STARTED[@]}"})
}

answers() { curl -fs -o /dev/null --noproxy '*' --max-time 2 "$1"; }

await_ready() { # NAME URL
    local name=$1 url=$2 begin=$SECONDS limit=${GAIA_READY_SECONDS:-120}
    until answers "$url"; do
        alive "$name" || die_with_log "$name" "$name stopped while it was starting"
        [ $((SECONDS - begin)) -lt "$limit" ] || die_with_log "$name" "$name was not ready within $limit s ($url)"
        progress "waiting for $name" $((SECONDS - begin))
        sleep 0.2
    done
    # Somebody else may have answered on its port.
    alive "$name" || die_with_log "$name" "$name stopped while it was starting"
    progress_end "$name is ready: $(url_of "$name")"
}

die_with_log() { # NAME MESSAGE
    local begin
    begin=$(record_line "$1" 4)
    [ -z "$QUIET" ] && [ -t 2 ] && printf '\r\033[K' >&2
    warn "$2; the end of $LOGS/$1.log:"
    tail -c "+$((${begin:-0} + 1))" "$LOGS/$1.log" | tail -n 15 | sed 's/^/    /' >&2
    exit 1
}

ask_to_stop() { # NAME
    if alive "$1"; then
        kill -TERM "$(pid_of "$1")" || die "process $(pid_of "$1") ($1) belongs to another user"
    fi
}

await_stop() { # NAME SECONDS
    local begin=$SECONDS pid
    pid=$(pid_of "$1")
    while alive "$1"; do
        if [ $((SECONDS - begin)) -ge "$2" ]; then
            warn "$1 (pid $pid) did not stop within $2 s and is killed"
            kill -KILL "$pid"
            break
        fi
        progress "waiting for $1 to stop" $((SECONDS - begin))
        sleep 0.1
    done
    rm -f "$RUN/$1.pid"
}

stop_process() { # NAME SECONDS
    [ -f "$RUN/$1.pid" ] || return 0
    ask_to_stop "$1"
    await_stop "$1" "$2"
}
