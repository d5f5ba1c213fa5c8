#!/usr/bin/env bash
# deploy.sh against docker, kubectl, systemctl, dotnet and gaia that only write down what they are asked.
# Exit 0 all ok, 1 not ok.
set -uo pipefail

# shellcheck source=tests/shell/facts.sh
. "$(dirname "${BASH_SOURCE[0]}")/facts.sh"
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
tree=$folder/tree stubs=$folder/stubs calls=$folder/calls
unset DUAL_WRITE_ENABLED DUAL_WRITE_MODE GAIA_TOKEN GAIA_SECRETS GAIA_HTTP_PORT DOTNET_ROOT Rollout__Rehearsal

# Nothing but these and the stubs is on the PATH: a program that this machine happens to have cannot be used unseen.
mkdir -p "$tree/scripts" "$stubs" "$folder/home"
for tool in awk base64 basename bash cat chmod cp cut date dirname env grep head id install ln mkdir mkfifo mktemp mv readlink rm sed sha256sum sleep sort stat tail touch tr; do
    ln -s "$(command -v "$tool")" "$stubs/$tool"
done
cp -a "$ROOT/deploy.sh" "$ROOT/deploy" "$tree/"
cp -a "$ROOT/scripts/." "$tree/scripts/"

stub() { # NAME BODY
    printf '#!/usr/bin/env bash\nprintf "%%s\\n" "%s $*" >>%q\n%s\n' "$1" "$calls" "$2" >"$folder/$1.new"
    chmod +x "$folder/$1.new"
    mv -f "$folder/$1.new" "${3:-$stubs}/$1"
}

plain_stubs() {
    stub docker 'printf "%s %s %s\n" "${GAIA_SECRETS_STAMP:-}" "${GAIA_PASSWORDS_STAMP:-}" "${GAIA_VIEWER_STAMP:-}" >"'"$folder"'/hashes"
    printf "%s %s %s\n" "${GAIA_LEGACY:-}" "${GAIA_LISTEN:-}" "${GAIA_LEGACY_AUTH:-}" >"'"$folder"'/settings"
    case "$*" in *"$FAIL_AT"*) [ -z "$FAIL_AT" ] || exit 1 ;; esac'
    stub systemctl ''
    stub curl ''
    stub id ''
    stub dotnet '[ "$1" != --list-sdks ] || echo "10.0.100 [/sdk]"'
    stub kubectl 'case "$*" in
        *"get secret"*) echo "$SECRET_KEYS" ;;
        *port-forward*) echo "Forwarding from 127.0.0.1:40123 -> 8080"; exec sleep 60 ;;
    esac'
    stub gaia 'printf "with %s %s\n" "$GAIA_URL" "$GAIA_TOKEN" >>"'"$calls"'"
    [ "$2" != show ] || echo "{\"enabled\":true}"' "$tree"
}

deploy() { # EXPECTED_EXIT ARGS...
    local expected=$1 status=0
    shift
    : >"$calls"
    FAIL_AT=${FAIL_AT:-} SECRET_KEYS=${SECRET_KEYS:-} HOME=$folder/home PATH=$stubs "$tree/deploy.sh" "$@" >"$folder/out" 2>"$folder/err" </dev/null || status=$?
    [ "$status" -eq "$expected" ] && return 0
    printf 'exit code %s instead of %s, and said: %s\n' "$status" "$expected" "$(cat "$folder/err")" >&2
    return 1
}

untouched() { ! grep -vE '^(docker (compose version|info)|docker compose .* config --quiet|kubectl (version|get|--namespace [a-z-]* get)|dotnet --list-sdks|id gaia)' "$calls"; }

says() { grep -qF -- "$1" "$folder/err" || grep -qF -- "$1" "$folder/out"; }

plain_stubs

deploy 0 --help && grep -q '^Usage: deploy.sh' "$folder/out" && untouched
ok "--help is an answer"
for wrong in '' 'docker-compose' 'swarm staging' 'kubernetes test' 'systemd staging production' 'local staging --force'; do
    # shellcheck disable=SC2086
    deploy 2 $wrong && untouched && grep -q '^Usage' "$folder/err"
    ok "usage error: '$wrong'"
done
DUAL_WRITE_ENABLED=yes deploy 2 docker-compose staging && says DUAL_WRITE_ENABLED && untouched
ok "a DUAL_WRITE_ENABLED that is neither true nor false"
DUAL_WRITE_MODE=both_lead deploy 2 docker-compose staging && says DUAL_WRITE_MODE && untouched
ok "a DUAL_WRITE_MODE that nobody knows"

# --- the secrets -----------------------------------------------------------------------------------------------------------------
deploy 3 docker-compose staging && says postgres_connection && says new_secrets.sh && untouched
ok "without secrets nothing is started, and the first one is named"
PATH=$stubs "$tree/scripts/new_secrets.sh" staging >"$folder/out" && [ "$(stat -c %a "$tree/.gaia/secrets/staging")" = 700 ]
ok "new_secrets.sh makes them, in a folder of their own"
[ "$(printf '%s' "$(cat "$tree/.gaia/secrets/staging/admin_key")" | sha256sum | cut -d ' ' -f 1)" = "$(cat "$tree/.gaia/secrets/staging/admin_key_hash")" ]
ok "the hash is the key's"
grep -qF "Username=gaia;Database=gaia;Password=$(cat "$tree/.gaia/secrets/staging/postgres_password")" "$tree/.gaia/secrets/staging/postgres_owner_connection" &&
    grep -qF "Password=$(cat "$tree/.gaia/secrets/staging/postgres_silo_password")" "$tree/.gaia/secrets/staging/postgres_connection" &&
    grep -qF "Password=$(cat "$tree/.gaia/secrets/staging/postgres_gateway_password")" "$tree/.gaia/secrets/staging/postgres_gateway_connection"
ok "each connection string holds the password of its role"
kept=$(cat "$tree"/.gaia/secrets/staging/*)
PATH=$stubs "$tree/scripts/new_secrets.sh" staging >"$folder/out" && [ ! -s "$folder/out" ] && [ "$kept" = "$(cat "$tree"/.gaia/secrets/staging/*)" ]
ok "a second time it changes nothing"
mv "$stubs/sha256sum" "$folder/kept"
! PATH=$stubs "$tree/scripts/new_secrets.sh" production >/dev/null 2>"$folder/err" && says 'admin_key_hash could not be made' && [ ! -e "$tree/.gaia/secrets/production/admin_key_hash" ]
ok "one that cannot be made is not called made"
mv "$folder/kept" "$stubs/sha256sum"
rm -r "$tree/.gaia/secrets/production"
! PATH=$stubs "$tree/scripts/new_secrets.sh" test >/dev/null 2>&1
ok "new_secrets.sh knows two environments"
for secret in postgres_password postgres_silo_password postgres_gateway_connection viewer_key client_key_hash legacy_credential; do
    mv "$tree/.gaia/secrets/staging/$secret" "$folder/kept"
    deploy 3 docker-compose staging && says "$secret" && untouched
    ok "without $secret nothing is started"
    mv "$folder/kept" "$tree/.gaia/secrets/staging/$secret"
done
chmod 600 "$tree/.gaia/secrets/staging/viewer_key"
deploy 3 docker-compose staging && says viewer_key && says 'chmod 444' && untouched
ok "a secret that the containers could not read is named"
chmod 444 "$tree/.gaia/secrets/staging/viewer_key"

# --- docker-compose --------------------------------------------------------------------------------------------------------------
deploy 0 docker-compose staging --dry-run && untouched && cp "$folder/out" "$folder/plan"
ok "a dry run touches nothing"
deploy 0 docker-compose staging && [ "$(grep -v 'config --quiet\|compose version\|info\|list-sdks' "$calls")" = "$(cat "$folder/plan")" ]
ok "what is done is what the dry run said"
[ "$(sed -n 's/.*--wait-timeout [0-9]* //p' "$calls" | tr '\n' ',')" = 'postgres gaia_home,gaia_node_1,gaia_node_2,gaia_node_3,load_balancer,prometheus grafana,' ]
ok "one part after the other, each healthy before the next"
[ "$(grep -n roles.sql "$calls" | cut -d: -f1)" -lt "$(grep -n 'wait-timeout 300 gaia_node_1' "$calls" | cut -d: -f1)" ]
ok "the roles of the database are made before a silo wants them"
read -r secrets passwords viewer <"$folder/hashes"
deploy 0 docker-compose staging && [ "$(cat "$folder/hashes")" = "$secrets $passwords $viewer" ] && [ "${#secrets}" = 64 ] && [ "${#passwords}" = 64 ] && [ "${#viewer}" = 64 ]
ok "with the same secrets nothing is replaced"
chmod 644 "$tree/.gaia/secrets/staging/legacy_credential" && printf another >"$tree/.gaia/secrets/staging/legacy_credential"
deploy 3 docker-compose staging && says GAIA_LEGACY_AUTH && untouched
ok "a credential of which nobody says how it is shown"
GAIA_LEGACY_AUTH=bearer deploy 0 docker-compose staging && [ "$(cut -d ' ' -f 2 "$folder/hashes")" = "$passwords" ] && [ "$(cut -d ' ' -f 1 "$folder/hashes")" != "$secrets" ]
ok "with another credential silos and gateway are, and the database is not"
deploy 0 docker-compose staging && [ "$(cat "$folder/settings")" = '  bearer' ]
ok "what was said of it holds for the next call"
grep -q 'kill --signal HUP prometheus$' "$calls"
ok "changed alerts are read"
FAIL_AT='--wait-timeout 300 gaia_node_2' deploy 1 docker-compose staging && ! grep -q 'gaia_node_3\|load_balancer' "$calls"
ok "a silo that does not become healthy ends it: the third goes on as it was"
FAIL_AT='build' deploy 1 docker-compose staging && ! grep -q ' up ' "$calls"
ok "an image that cannot be built ends it before anything is started"
FAIL_AT='info' deploy 3 docker-compose staging && says 'daemon' && untouched
ok "a Docker daemon that does not answer"
FAIL_AT='compose version' deploy 3 docker-compose staging && says 'compose plugin' && untouched
ok "a docker without compose"
mv "$stubs/docker" "$folder/kept"
deploy 3 docker-compose staging && says 'docker is missing'
ok "no docker at all"
mv "$folder/kept" "$stubs/docker"
PATH=$stubs "$tree/scripts/new_secrets.sh" production >/dev/null
deploy 3 docker-compose production && says GAIA_LEGACY && untouched
ok "production needs to know GAIA_HOME"
GAIA_LEGACY=http://home:5000 deploy 0 docker-compose production && ! grep -q 'gaia_home' "$calls" && grep -q 'production.yaml' "$calls"
ok "production starts no GAIA_HOME of its own"
GAIA_LISTEN=0.0.0.0 deploy 0 docker-compose production && deploy 0 docker-compose production && [ "$(cat "$folder/settings")" = 'http://home:5000 0.0.0.0 ' ] && says 'GAIA_LISTEN=0.0.0.0, as it was said before'
ok "clients are not shut out by a call that does not say again that they may come"
GAIA_LISTEN= deploy 0 docker-compose production && deploy 0 docker-compose production && [ "$(cat "$folder/settings")" = 'http://home:5000  ' ]
ok "what is said to be empty is the default again"
FAIL_AT='compose version' GAIA_LEGACY=http://other:5000 deploy 3 docker-compose production && deploy 0 docker-compose production --dry-run && says 'GAIA_LEGACY=http://home:5000'
ok "what was not deployed is not kept"

# --- the dual-write variables ----------------------------------------------------------------------------------------------------
DUAL_WRITE_ENABLED=true deploy 3 docker-compose staging && says GAIA_TOKEN && untouched
ok "dual-write cannot be switched without a key, which is said before anything is started"
DUAL_WRITE_ENABLED=true DUAL_WRITE_MODE=GAIA_GO_FIRST GAIA_TOKEN=k deploy 0 docker-compose staging &&
    [ "$(tail -n 2 "$calls")" = "gaia dual-write on --mode go_leads --reason deploy.sh staging
with http://127.0.0.1:8080 k" ]
ok "the guide's variables reach the cluster after everything is healthy"
DUAL_WRITE_ENABLED=false GAIA_TOKEN=k deploy 0 docker-compose staging && grep -q '^gaia dual-write off --reason' "$calls"
ok "switched off likewise"
DUAL_WRITE_MODE=python_leads GAIA_TOKEN=k deploy 0 docker-compose staging && grep -q '^gaia dual-write on --mode python_leads' "$calls"
ok "the mode alone leaves the switch as the cluster has it"
deploy 0 docker-compose staging && ! grep -q '^gaia ' "$calls"
ok "without the variables the cluster keeps what it has"

# --- kubernetes ------------------------------------------------------------------------------------------------------------------
all='Auth__Keys__0__Hash Auth__Keys__1__Hash Auth__Keys__2__Hash Legacy__Credential Postgres__ConnectionString postgres_gateway_connection'
SECRET_KEYS=$all deploy 0 kubernetes staging --dry-run && untouched
ok "kubernetes: a dry run touches nothing"
SECRET_KEYS=$all deploy 0 kubernetes production && grep -q 'apply --kustomize .*/overlays/production$' "$calls" &&
    grep -q 'gaia-production rollout status statefulset/gaia-node' "$calls" && grep -q 'rollout status statefulset/load-balancer' "$calls"
ok "kubernetes: applied, and awaited"
[ "$(grep -oE "(apply|rollout status) .*" "$calls" | grep -oE "name!=load-balancer|gaia-node|production$|statefulset/load-balancer" | tr '\n' ' ')" = 'name!=load-balancer gaia-node production statefulset/load-balancer ' ]
ok "kubernetes: the gateways are replaced when the silos are"
SECRET_KEYS=${all/ postgres_gateway_connection/} deploy 3 kubernetes staging && says postgres_gateway_connection && untouched
ok "kubernetes: a gateway is not given the silos' connection"
SECRET_KEYS='Auth__Keys__0__Hash' deploy 3 kubernetes staging && says Postgres__ConnectionString && untouched
ok "kubernetes: a key that the secret lacks is named"
SECRET_KEYS=$all DUAL_WRITE_ENABLED=true GAIA_TOKEN=k deploy 0 kubernetes staging && grep -q '^with http://127.0.0.1:40123 k$' "$calls"
ok "kubernetes: the switch goes through a port-forward"
stub kubectl 'case "$*" in *"get namespace"*) exit 1 ;; esac'
deploy 3 kubernetes staging && says gaia-staging && untouched
ok "kubernetes: a namespace that is not there"
stub kubectl 'case "$*" in *"rollout status statefulset"*) exit 1 ;; *"get secret"*) echo "$SECRET_KEYS" ;; esac'
SECRET_KEYS=$all DUAL_WRITE_ENABLED=true GAIA_TOKEN=k deploy 1 kubernetes staging && ! grep -q '^gaia ' "$calls" && ! grep -q 'overlays/staging$' "$calls"
ok "kubernetes: pods that do not become ready end it, and neither gateways nor the switch are touched"
stub kubectl 'exit 1'
deploy 3 kubernetes staging && says 'API server' && untouched
ok "kubernetes: no API server"

# --- systemd ---------------------------------------------------------------------------------------------------------------------
export GAIA_ETC=$folder/etc GAIA_OPT=$folder/opt GAIA_UNITS=$folder/units
mkdir -p "$GAIA_ETC" "$GAIA_OPT" "$GAIA_UNITS"
mv "$stubs/curl" "$folder/kept"
deploy 3 systemd production && says 'curl is missing' && untouched
ok "systemd: without curl, with which each part is awaited"
mv "$folder/kept" "$stubs/curl"
deploy 3 systemd production && says gaia.env && untouched
ok "systemd: without gaia.env"
cp "$ROOT/deploy/systemd/gaia.env.example" "$GAIA_ETC/gaia.env"
deploy 3 systemd production && says postgres_connection && untouched
ok "systemd: without secrets"
PATH=$stubs "$tree/scripts/new_secrets.sh" production "$GAIA_ETC/secrets" >/dev/null
deploy 3 systemd production && says gaia_node_1.env && untouched
ok "systemd: a machine that is to have nothing"
cp "$ROOT/deploy/systemd/gaia_node_1.env.example" "$GAIA_ETC/gaia_node_1.env"
cp "$ROOT/deploy/systemd/load_balancer.env.example" "$GAIA_ETC/load_balancer.env"
deploy 2 systemd staging && says 'not staging' && untouched
ok "systemd: staging is not deployed onto a machine of production"
if [ -x /usr/bin/dotnet ]; then
    deploy 0 systemd production --dry-run && untouched && [ -z "$(ls -A "$GAIA_UNITS")" ]
    ok "systemd: a dry run touches nothing"
    deploy 0 systemd production && [ "$(sed -n 's/^systemctl restart //p' "$calls" | tr '\n' ',')" = 'gaia-silo@gaia_node_1.service,gaia-gateway.service,' ] &&
        [ -f "$GAIA_UNITS/gaia-silo@.service" ] && [ -L "$GAIA_OPT/current" ] && grep -q 'curl .*http://127.0.0.1:8080/health/ready' "$calls"
    ok "systemd: units installed, each part restarted and awaited"
    stub curl 'exit 1'
    proven=$folder/proven
    ln -sfn "$proven" "$GAIA_OPT/current"
    GAIA_READY_SECONDS=0 deploy 1 systemd production && ! grep -q 'restart gaia-gateway' "$calls"
    ok "systemd: a silo that does not become ready ends it before the next part"
    [ "$(readlink "$GAIA_OPT/current")" = "$proven" ] && says "$GAIA_OPT/current leads to it again"
    ok "systemd: whatever ends by itself after that comes back as the release before"
    stub curl ''
else
    deploy 3 systemd production && says /usr/bin/dotnet && untouched
    ok "systemd: without the runtime that the gateway's unit starts"
fi

# --- local -----------------------------------------------------------------------------------------------------------------------
deploy 0 local staging --dry-run && untouched
ok "local: a dry run touches nothing"
deploy 0 local staging && grep -q '^gaia up --quiet$' "$calls"
ok "local: the cluster of this checkout"
DUAL_WRITE_ENABLED=true deploy 0 local staging && grep -q '^gaia dual-write on' "$calls"
ok "local: needs no key"
mkdir -p "$tree/.gaia/run"
printf '1 gone\nhttp://127.0.0.1:18080\n\n0\n' >"$tree/.gaia/run/gaia_node_1.pid"
GAIA_URL=http://elsewhere:8080 DUAL_WRITE_ENABLED=true deploy 0 local staging && [ "$(tail -n 1 "$calls")" = 'with http://127.0.0.1:18080 ' ]
ok "local: the switch is that of this checkout's cluster, whichever one GAIA_URL names"

[ "$failures" -eq 0 ]
