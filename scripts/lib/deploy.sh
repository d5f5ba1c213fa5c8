# shellcheck shell=bash
# What every kind of deployment shares: arguments, prerequisites, secrets, and the dual-write variables.
# Exit codes: 0 done, 1 failed, 2 the command line or a variable is wrong, 3 something it needs is missing; with 2 and 3 nothing was touched.

ENVIRONMENT=
DRY_RUN=

# Settings that must not stand in a file of the repository; each is a file of that name.
# shellcheck disable=SC2034
SILO_SECRETS='postgres_connection postgres_owner_connection postgres_gateway_connection legacy_credential admin_key_hash viewer_key_hash client_key_hash'

usage() {
    cat <<'TEXT'
Usage: deploy.sh docker-compose|kubernetes|systemd|local staging|production [--dry-run]

  docker-compose   all of it on this machine: PostgreSQL, three silos, the gateway, Prometheus, Grafana; for staging GAIA_HOME too
  kubernetes       three silos and two gateways, in the namespace gaia-staging or gaia-production of kubectl's context
  systemd          what /etc/gaia/*.env names, on this machine; run it on one node after the other
  local            a rehearsal cluster of this checkout (gaia up)
  --dry-run        check everything, print what would be done, change nothing

Variables
  DUAL_WRITE_ENABLED   true or false: applied to the running cluster once it is healthy; unset = as it is
  DUAL_WRITE_MODE      go_leads or python_leads; unset = as it is
  DUAL_WRITE_TIMEOUT_MS  docker-compose: how long GAIA_HOME may take to answer one request, in ms (default: 2000); kept as GAIA_LEGACY is
  GAIA_TOKEN           an admin's key, where the cluster has keys
  GAIA_SECRETS         docker-compose: the folder with the secrets (default: .gaia/secrets/staging or production; scripts/new_secrets.sh makes it)
  GAIA_LEGACY          docker-compose production: the address of GAIA_HOME. It is kept with the secrets (settings.env), as are GAIA_LEGACY_AUTH,
                       GAIA_LISTEN, GAIA_HTTP_PORT, GAIA_POSTGRES_PORT, GAIA_SUBNET and OTEL_EXPORTER_OTLP_ENDPOINT: unset = as it was; empty = the default again
  GAIA_READY_SECONDS   systemd: how long a silo may take to become ready, default 180. One that brings a large database up to date may need more
  GAIA_URL             kubernetes: any silo, where a port-forward of kubectl is not wanted; systemd: any silo, instead of the first of this machine

Exit code: 0 done, 1 failed, 2 wrong usage, 3 a program, secret or setting is missing (named); with 2 and 3 nothing was touched.
TEXT
}

deploy() { # KIND ENVIRONMENT [--dry-run]
    local word kind=
    for word in "$@"; do
        case $word in
            --help | -h)
                usage
                exit 0
                ;;
            --dry-run) DRY_RUN=1 ;;
            -*) usage_error "unknown option '$word'" ;;
            *)
                if [ -z "$kind" ]; then kind=$word; elif [ -z "$ENVIRONMENT" ]; then ENVIRONMENT=$word; else usage_error "one word too many: '$word'"; fi
                ;;
        esac
    done
    case $kind in
        docker-compose | kubernetes | systemd | local) ;;
        '') usage_error "say where to: docker-compose, kubernetes, systemd or local" ;;
        *) usage_error "'$kind' is none of docker-compose, kubernetes, systemd, local" ;;
    esac
    case $ENVIRONMENT in
        staging | production) ;;
        '') usage_error "say which environment: staging or production" ;;
        *) usage_error "'$ENVIRONMENT' is neither staging nor production" ;;
    esac
    read_dual_write
    case $kind in
        docker-compose) deploy_compose ;;
        kubernetes) deploy_kubernetes ;;
        systemd) deploy_systemd ;;
        local) deploy_local ;;
    esac
    [ -n "$DRY_RUN" ] || note "deployed: $kind $ENVIRONMENT"
}

missing() { # WHAT
    warn "$*"
    exit 3
}

require_program() { # COMMAND WHAT_FOR
    has "$1" || missing "$1 is missing: $2"
}

# A secret that is there but empty is a mistake as well, but for the credential of a GAIA_HOME that wants none, and an owner who is not told.
require_secret() { # FOLDER NAME
    [ -r "$1/$2" ] || missing "the secret $2 is missing: write it to $1/$2, or make all that can be made with scripts/new_secrets.sh $ENVIRONMENT $1"
    [ -s "$1/$2" ] || [ "$2" = legacy_credential ] || [ "$2" = postgres_owner_connection ] || missing "the secret $1/$2 is empty"
}

run() { # COMMAND...
    if [ -n "$DRY_RUN" ]; then
        printf '%s\n' "$*"
    else
        note "+ $*"
        "$@" || die "failed: $*"
    fi
}

# The guide's spellings; anything else stops before anything is touched.
read_dual_write() {
    case ${DUAL_WRITE_ENABLED:-} in
        '' | true | false) ;;
        *) usage_error "DUAL_WRITE_ENABLED is '$DUAL_WRITE_ENABLED'; set it to true or false" ;;
    esac
    case $(printf '%s' "${DUAL_WRITE_MODE:-}" | tr '[:upper:]' '[:lower:]') in
        '') DUAL_WRITE_MODE= ;;
        go_leads | gaia_go_first | go_first) DUAL_WRITE_MODE=go_leads ;;
        python_leads | gaia_home_first | python_first) DUAL_WRITE_MODE=python_leads ;;
        *) usage_error "DUAL_WRITE_MODE is '$DUAL_WRITE_MODE'; set it to go_leads or python_leads" ;;
    esac
}

wants_dual_write() { [ -n "${DUAL_WRITE_ENABLED:-}$DUAL_WRITE_MODE" ]; }

# The client that will speak to the cluster is built from this checkout.
require_client() {
    wants_dual_write || return 0
    find_dotnet || missing "the .NET SDK 10 is missing: DUAL_WRITE_ENABLED and DUAL_WRITE_MODE are applied with the admin client"
}

require_token() {
    ! wants_dual_write || [ -n "${GAIA_TOKEN:-}" ] || missing "GAIA_TOKEN is not set: DUAL_WRITE_ENABLED and DUAL_WRITE_MODE are applied with an admin's key"
}

# The cluster's own value rules once it has started, so the variables are carried to it; saying what it says already changes nothing.
apply_dual_write() { # URL
    wants_dual_write || return 0
    local switch=${DUAL_WRITE_ENABLED:-} shown word
    export GAIA_URL=$1
    if [ -z "$switch" ]; then
        if [ -n "$DRY_RUN" ]; then
            switch='on|off'
        else
            shown=$("$ROOT/gaia" dual-write show --output json) || die "the cluster at $1 does not say whether dual-write is on"
            case $shown in *'"enabled":true'* | *'"enabled": true'*) switch=true ;; *) switch=false ;; esac
        fi
    fi
    case $switch in true) word=on ;; false) word=off ;; *) word=$switch ;; esac
    run "$ROOT/gaia" dual-write "$word" ${DUAL_WRITE_MODE:+--mode "$DUAL_WRITE_MODE"} --reason "deploy.sh $ENVIRONMENT"
}
