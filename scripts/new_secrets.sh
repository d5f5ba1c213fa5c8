#!/usr/bin/env bash
# Makes the secrets that a deployment needs and does not have yet, one file each. What is there stays as it is.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: new_secrets.sh staging|production [FOLDER]

Writes to FOLDER (default: .gaia/secrets/staging or production), readable by nobody else on this machine:
  postgres_password, postgres_owner_connection        the password of the database's owner, and with it a connection string
  postgres_silo_password, postgres_connection          of the role that silos run as
  postgres_gateway_password, postgres_gateway_connection    of the role that standalone gateways run as
  grafana_password                         of Grafana's user admin
  admin_key, viewer_key, client_key        API keys: for operators (GAIA_TOKEN), for Prometheus, for clients
  *_key_hash                               what the cluster knows of them
  legacy_credential                        empty: write GAIA_HOME's into it where it wants one
Exit code: 0 done, 1 failed, 2 wrong usage.
TEXT
}

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/hashes.sh
. "$root/scripts/lib/hashes.sh"
case ${1:-} in
    --help | -h)
        usage
        exit 0
        ;;
    staging | production) ;;
    *)
        usage >&2
        exit 2
        ;;
esac
[ $# -le 2 ] || { usage >&2; exit 2; }
folder=${2:-$root/.gaia/secrets/$1}

random() { head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n'; }

# Containers that are not root read them: the folder keeps everybody else out.
(umask 077 && mkdir -p "$folder")
chmod 700 "$folder"

new() { # NAME VALUE
    [ ! -e "$folder/$1" ] || return 0
    # What fails while an argument is put together ends no script.
    [ -n "$2" ] || [ "$1" = legacy_credential ] || { printf '%s could not be made\n' "$1" >&2; exit 1; }
    printf '%s' "$2" >"$folder/$1.new"
    chmod 444 "$folder/$1.new"
    mv "$folder/$1.new" "$folder/$1"
    printf 'made %s\n' "$folder/$1"
}

new postgres_password "$(random)"
new postgres_silo_password "$(random)"
new postgres_gateway_password "$(random)"
new postgres_owner_connection "Host=postgres;Username=gaia;Database=gaia;Password=$(cat "$folder/postgres_password")"
new postgres_connection "Host=postgres;Username=gaia_silo;Database=gaia;Maximum Pool Size=35;Password=$(cat "$folder/postgres_silo_password")"
new postgres_gateway_connection "Host=postgres;Username=gaia_gateway;Database=gaia;Maximum Pool Size=5;Password=$(cat "$folder/postgres_gateway_password")"
new grafana_password "$(random)"
new legacy_credential ''
for key in admin_key viewer_key client_key; do
    new "$key" "gaia_$(random)"
    new "${key}_hash" "$(printf '%s' "$(cat "$folder/$key")" | sha256_of)"
done
