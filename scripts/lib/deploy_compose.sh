# shellcheck shell=bash
# Docker Compose on this machine. Silos are replaced one after the other, each healthy before the next is touched.

deploy_compose() {
    local folder=${GAIA_SECRETS:-$ROOT/.gaia/secrets/$ENVIRONMENT} secret node first=(postgres)
    # A project, and volumes, of its own: the names of the containers are the same, so the other environment cannot be on this machine as well.
    local files=(--project-name "gaia-$ENVIRONMENT" --file "$ROOT/deploy/compose/compose.yaml" --file "$ROOT/deploy/compose/$ENVIRONMENT.yaml")
    case $folder in /*) ;; *) folder=$PWD/$folder ;; esac
    recall_settings "$folder/settings.env"
    require_program docker "install Docker Engine with the compose plugin"
    docker compose version >/dev/null 2>&1 || missing "the compose plugin of docker is missing: install docker-compose-plugin"
    docker info >/dev/null 2>&1 || missing "the Docker daemon does not answer: start it, or join the group docker"
    for secret in $SILO_SECRETS postgres_password postgres_silo_password postgres_gateway_password viewer_key grafana_password; do
        require_secret "$folder" "$secret"
        require_readable "$folder/$secret"
    done
    [ "$ENVIRONMENT" = staging ] || [ -n "${GAIA_LEGACY:-}" ] || missing "GAIA_LEGACY is not set: the address of GAIA_HOME, for example http://gaia_home:5000"
    [ "$ENVIRONMENT" = production ] || [ -n "${GAIA_LEGACY:-}" ] || first+=(gaia_home)
    [ ! -s "$folder/legacy_credential" ] || [ "${GAIA_LEGACY_AUTH:-none}" != none ] ||
        missing "GAIA_LEGACY_AUTH is not set: how GAIA_HOME is shown the credential that is in $folder/legacy_credential; bearer, for example"
    require_client
    require_token
    [ -n "$DRY_RUN" ] || keep_settings "$folder/settings.env"
    export GAIA_SECRETS=$folder
    # Read at the start, so whatever was changed in them replaces who reads it, as a new image does.
    GAIA_SECRETS_STAMP=$(cat "$folder"/*_connection "$folder"/*_hash "$folder/legacy_credential" | sha256_of)
    GAIA_PASSWORDS_STAMP=$(cat "$folder"/postgres_*password | sha256_of)
    GAIA_VIEWER_STAMP=$(sha256_of <"$folder/viewer_key")
    export GAIA_SECRETS_STAMP GAIA_PASSWORDS_STAMP GAIA_VIEWER_STAMP

    docker compose "${files[@]}" config --quiet || die "the compose files do not fit together"
    compose build
    compose up --detach --wait --wait-timeout 300 "${first[@]}"
    compose exec -T postgres psql --no-psqlrc --quiet --output /dev/null --username gaia --dbname gaia --set secrets=/run/secrets --file /etc/gaia/roles.sql
    for node in gaia_node_1 gaia_node_2 gaia_node_3; do
        compose up --detach --no-deps --wait --wait-timeout 300 "$node"
    done
    compose up --detach --no-deps --wait --wait-timeout 120 load_balancer
    compose up --detach --no-deps --wait --wait-timeout 120 prometheus grafana
    # Its container does not change with its rules; asked so, it reads them again. Grafana looks by itself.
    compose kill --signal HUP prometheus
    apply_dual_write http://127.0.0.1:8080
}

# What was said once holds until something else is said: a later call, to switch dual-write say, would otherwise close the gateway to clients, or show GAIA_HOME no
# credential any more.
COMPOSE_SETTINGS='GAIA_LEGACY GAIA_LEGACY_AUTH GAIA_LISTEN GAIA_HTTP_PORT GAIA_POSTGRES_PORT GAIA_SUBNET OTEL_EXPORTER_OTLP_ENDPOINT DUAL_WRITE_TIMEOUT_MS'

recall_settings() { # FILE
    local name value
    [ -f "$1" ] || return 0
    for name in $COMPOSE_SETTINGS; do
        value=$(env_value "$1" "$name")
        [ -n "$value" ] && [ -z "${!name+said}" ] || continue
        note "$name=$value, as it was said before ($1)"
        export "$name=$value"
    done
}

keep_settings() { # FILE
    local name
    for name in $COMPOSE_SETTINGS; do
        [ -z "${!name:-}" ] || printf '%s=%s\n' "$name" "${!name}"
    done >"$1.new" && mv -f "$1.new" "$1" || die "what was said for this deployment could not be kept in $1"
}

compose() { # ARGUMENTS
    run docker compose "${files[@]}" "$@"
}

# Compose mounts a secret with the owner and mode it has here, and the containers are not root: the folder is what keeps others out.
require_readable() { # FILE
    case $(stat -c %a "$1" 2>/dev/null || stat -f %Lp "$1") in
        *[4567]) ;;
        *) missing "the containers, which are not root, could not read the secret $1: chmod 444 it, and keep its folder at 700" ;;
    esac
}
