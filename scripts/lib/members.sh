# shellcheck shell=bash
# The members of a cluster: three silos and one gateway, each with its ports and its environment.

SILOS='gaia_node_1 gaia_node_2 gaia_node_3'
POSTGRES=
LEGACY=

# A member that has died comes back where it was; only a variable given now moves it.
port_or_recorded() { # VARIABLE DEFAULT RECORDED
    local given=${!1:-}
    if [ -n "$given" ]; then
        check_port_variable "$1" "$given"
        printf '%s' "$((10#$given))"
    else
        printf '%s' "${3:-$2}"
    fi
}

recorded_port() { # NAME
    local url
    url=$(url_of "$1")
    printf '%s' "${url##*:}"
}

check_ports() {
    local variable
    for variable in GAIA_HTTP_PORT GAIA_SILO_PORT GAIA_ORLEANS_GATEWAY_PORT GAIA_GATEWAY_PORT GAIA_LEGACY_PORT; do
        [ -z "${!variable:-}" ] || check_port_variable "$variable" "${!variable}"
    done
}

silo_environment() { # NAME HTTP_PORT SILO_PORT ORLEANS_GATEWAY_PORT
    MEMBER_ENVIRONMENT=(
        "ASPNETCORE_ENVIRONMENT=Production"
        "ASPNETCORE_URLS=http://127.0.0.1:$2"
        "Gaia__SiloName=$1"
        "Gaia__SiloPort=$3"
        "Gaia__GatewayPort=$4"
        "Gaia__AdvertisedAddress=127.0.0.1"
        "Gaia__ExpectedSilos=3"
        "Legacy__BaseUrl=$LEGACY"
        "Rollout__Rehearsal=${Rollout__Rehearsal:-true}"
    )
    # What it remembers of an emergency is this cluster's, and goes with its data.
    [ "$POSTGRES" = memory ] || MEMBER_ENVIRONMENT+=("Postgres__ConnectionString=$(connection_of gaia_silo)" "Gateway__StateFile=$STATE/emergency/$1.json")
    [ "$STORE" != private ] || MEMBER_ENVIRONMENT+=("Postgres__OwnerConnectionString=$POSTGRES")
}

# In the private database members are roles with few rights, as on a site; of another one there is only what GAIA_POSTGRES says.
connection_of() { # ROLE
    if [ "$STORE" = private ]; then printf '%s' "${POSTGRES/Username=gaia;/Username=$1;}"; else printf '%s' "$POSTGRES"; fi
}

start_silo() { # NAME INDEX
    local name=$1 index=$2 http silo orleans detail
    detail=$(record_line "$name" 3)
    http=$(port_or_recorded GAIA_HTTP_PORT 8080 "")
    silo=$(port_or_recorded GAIA_SILO_PORT 11111 "")
    orleans=$(port_or_recorded GAIA_ORLEANS_GATEWAY_PORT 30000 "")
    http=$((http + index)) silo=$((silo + index)) orleans=$((orleans + index))
    if [ -f "$RUN/$name.pid" ]; then
        [ -n "${GAIA_HTTP_PORT:-}" ] || http=$(recorded_port "$name")
        [ -n "${GAIA_SILO_PORT:-}" ] || silo=${detail%% *}
        [ -n "${GAIA_ORLEANS_GATEWAY_PORT:-}" ] || orleans=${detail##* }
    fi
    require_port "$http" "$name" GAIA_HTTP_PORT
    require_port "$silo" "$name" GAIA_SILO_PORT
    require_port "$orleans" "$name" GAIA_ORLEANS_GATEWAY_PORT
    silo_environment "$name" "$http" "$silo" "$orleans"
    launch "$name" "http://127.0.0.1:$http" "$silo $orleans" "$DOTNET" "$(output_of Silo)"
}

# Three silos in one process: the record of each names the same process.
start_memory_silos() {
    local http silo orleans name index=0 log_begin
    http=$(port_or_recorded GAIA_HTTP_PORT 8080 "")
    silo=$(port_or_recorded GAIA_SILO_PORT 11111 "")
    orleans=$(port_or_recorded GAIA_ORLEANS_GATEWAY_PORT 30000 "")
    for index in 0 1 2; do
        require_port $((http + index)) "gaia_node_$((index + 1))" GAIA_HTTP_PORT
        require_port $((silo + index)) "gaia_node_$((index + 1))" GAIA_SILO_PORT
        require_port $((orleans + index)) "gaia_node_$((index + 1))" GAIA_ORLEANS_GATEWAY_PORT
    done
    silo_environment gaia_node_1 "$http" "$silo" "$orleans"
    launch gaia_node_1 "http://127.0.0.1:$http" "$silo $orleans" "$DOTNET" "$(output_of Silo)" --in-memory 3
    log_begin=$(record_line gaia_node_1 4)
    index=0
    for name in gaia_node_2 gaia_node_3; do
        index=$((index + 1))
        write_record "$name" "$(pid_of gaia_node_1)" "http://127.0.0.1:$((http + index))" "$((silo + index)) $((orleans + index))" "$log_begin"
        ln -sf gaia_node_1.log "$LOGS/$name.log"
    done
}

choose_gateway_port() {
    if [ -n "${GAIA_GATEWAY_PORT:-}" ] || [ -f "$RUN/gaia_gateway.pid" ]; then
        port_or_recorded GAIA_GATEWAY_PORT 8000 "$(recorded_port gaia_gateway)"
    elif ! port_taken 80 && may_bind 80; then
        printf 80
    else
        printf 8000
    fi
}

start_gateway() {
    local port orleans index
    port=$(choose_gateway_port)
    require_port "$port" gaia_gateway GAIA_GATEWAY_PORT
    MEMBER_ENVIRONMENT=(
        "ASPNETCORE_ENVIRONMENT=Production"
        "ASPNETCORE_URLS=http://127.0.0.1:$port"
        "Gateway__Name=gaia_gateway"
        "Gateway__StateFile=$STATE/emergency/gaia_gateway.json"
        "Legacy__BaseUrl=$LEGACY"
    )
    if [ "$POSTGRES" = memory ]; then
        # No membership table to find the silos in: the ports they were started with.
        orleans=$(port_or_recorded GAIA_ORLEANS_GATEWAY_PORT 30000 "")
        for index in 0 1 2; do MEMBER_ENVIRONMENT+=("Gaia__Silos__$index=127.0.0.1:$((orleans + index))"); done
    else
        MEMBER_ENVIRONMENT+=("Postgres__ConnectionString=$(connection_of gaia_gateway)")
    fi
    launch gaia_gateway "http://127.0.0.1:$port" "" "$DOTNET" "$(output_of Gateway)"
}
