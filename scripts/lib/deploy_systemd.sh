# shellcheck shell=bash
# systemd on this machine: publishes this checkout beside what runs, and restarts one silo after the other on it.
# /etc/gaia/*.env says what this machine has; GAIA_ETC, GAIA_OPT and GAIA_UNITS name other folders than /etc/gaia, /opt/gaia, /etc/systemd/system.

deploy_systemd() {
    local etc=${GAIA_ETC:-/etc/gaia} opt=${GAIA_OPT:-/opt/gaia} units=${GAIA_UNITS:-/etc/systemd/system} secret release before unit env first=''
    require_program systemctl "this machine has no systemd"
    require_program curl "each part is asked whether it is ready before the next is touched"
    find_dotnet || missing "the .NET SDK 10 is missing"
    [ -r "$etc/gaia.env" ] || missing "$etc/gaia.env is missing: begin with deploy/systemd/gaia.env.example"
    for secret in $SILO_SECRETS; do require_secret "$etc/secrets" "$secret"; done
    [ "$(env_value "$etc/gaia.env" GAIA_ENVIRONMENT)" = "$ENVIRONMENT" ] ||
        usage_error "$etc/gaia.env says GAIA_ENVIRONMENT=$(env_value "$etc/gaia.env" GAIA_ENVIRONMENT): this machine is not $ENVIRONMENT"
    set -- "$etc"/gaia_node_*.env
    [ -f "$1" ] || [ -f "$etc/load_balancer.env" ] || missing "$etc has neither gaia_node_1.env nor load_balancer.env: begin with the examples in deploy/systemd"
    id gaia >/dev/null 2>&1 || missing "the user gaia is missing: useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin gaia"
    [ ! -f "$etc/load_balancer.env" ] || [ -x /usr/bin/dotnet ] || missing "/usr/bin/dotnet is missing, which the unit of the gateway starts: install the .NET runtime there"
    require_client
    require_token

    # The services run as a user of their own.
    umask 022
    release=$opt/releases/$(date -u +%Y%m%dT%H%M%SZ)
    run "$DOTNET" publish "$ROOT/src/Silo" "${PUBLISH[@]}" --output "$release/silo"
    run "$DOTNET" publish "$ROOT/src/Gateway" "${PUBLISH[@]}" --output "$release/gateway"
    before=$(readlink "$opt/current" 2>/dev/null) || before=
    run ln -sfn "$release" "$opt/current"
    for unit in gaia_go.service gaia-silo@.service gaia-gateway.service; do run install -m 644 "$ROOT/deploy/systemd/$unit" "$units/$unit"; done
    run systemctl daemon-reload
    run systemctl enable --now gaia_go.service
    for env in "$@"; do
        [ -f "$env" ] || continue
        unit=$(basename "$env" .env)
        [ -n "$first" ] || first=$(loopback_url "$env")
        restart_unit "gaia-silo@$unit.service" "$(loopback_url "$env")"
    done
    [ ! -f "$etc/load_balancer.env" ] || restart_unit gaia-gateway.service "$(loopback_url "$etc/load_balancer.env")"
    if wants_dual_write; then apply_dual_write "${GAIA_URL:-${first:-http://127.0.0.1:8080}}"; fi
}

env_value() { # FILE NAME
    sed -n "s/^$2=//p" "$1" | tail -n 1
}

# What it listens on, as this machine reaches it.
loopback_url() { # FILE
    local url
    url=$(env_value "$1" ASPNETCORE_URLS)
    url=${url%%;*}
    url=${url:-http://127.0.0.1:8080}
    case $url in *'://0.0.0.0:'* | *'://*:'* | *'://+:'* | *'://[::]:'*) url=http://127.0.0.1:${url##*:} ;; esac
    printf '%s' "$url"
}

# Where nothing has been seen ready of this release, what ends by itself from here on is to come back as the one before.
give_up() { # WHY
    [ -z "$before" ] || ln -sfn "$before" "$opt/current"
    die "$1${before:+, and $opt/current leads to it again}"
}

restart_unit() { # UNIT URL
    run systemctl enable "$1"
    if [ -z "$DRY_RUN" ]; then
        note "+ systemctl restart $1"
        systemctl restart "$1" || give_up "failed: systemctl restart $1"
    else
        printf 'systemctl restart %s\n' "$1"
        printf 'wait until %s/health/ready answers\n' "$2"
        return 0
    fi
    local begin=$SECONDS limit=${GAIA_READY_SECONDS:-180}
    until curl -fs -o /dev/null --noproxy '*' --max-time 2 "$2/health/ready"; do
        [ $((SECONDS - begin)) -lt "$limit" ] || give_up "$1 is not ready after $limit s ($2/health/ready); journalctl --unit $1 says why. Is it bringing the database up to date, let it: GAIA_READY_SECONDS=3600 waits for it, and a further deploy.sh begins that anew. The parts after it still run the old release"
        progress "waiting for $1" $((SECONDS - begin))
        sleep 0.5
    done
    before=
    progress_end "$1 is ready: $2"
}
