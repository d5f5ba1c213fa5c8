#!/usr/bin/env bash
# deploy.sh local with everything real: a cluster, and the guide's variables carried to it. Exit 0 all ok, 1 not ok.
set -uo pipefail

# shellcheck source=tests/shell/facts.sh
. "$(dirname "${BASH_SOURCE[0]}")/facts.sh"
unset DUAL_WRITE_ENABLED DUAL_WRITE_MODE DUAL_WRITE_TIMEOUT_MS GAIA_TOKEN Rollout__Rehearsal
folder=$(mktemp -d) || exit 1
chmod 755 "$folder"
export GAIA_STATE=$folder/state GAIA_SEED=10
choose_ports

clean() {
    "$ROOT/gaia" down --wipe >/dev/null 2>&1
    rm -rf "$folder"
}
trap clean EXIT
trap 'exit 1' INT TERM
cd /

dual_write() { curl -fs --noproxy '*' "http://127.0.0.1:$GAIA_HTTP_PORT/api/migration/dual-write"; }

"$ROOT/deploy.sh" local staging --dry-run >"$folder/plan" && [ ! -e "$GAIA_STATE" ]
ok "a dry run starts nothing"
"$ROOT/deploy.sh" local staging && [[ $(dual_write) == *'"enabled":false'* ]]
ok "the first deployment brings the cluster up, with dual-write off"
DUAL_WRITE_ENABLED=true DUAL_WRITE_MODE=GAIA_GO_FIRST "$ROOT/deploy.sh" local staging && [[ $(dual_write) == *'"enabled":true'*'"mode":"go_leads"'* ]]
ok "export DUAL_WRITE_ENABLED=true and deploying again switches the running cluster"
DUAL_WRITE_MODE=python_leads "$ROOT/deploy.sh" local staging && [[ $(dual_write) == *'"enabled":true'*'"mode":"python_leads"'* ]]
ok "the mode alone changes the mode alone"
"$ROOT/deploy.sh" local staging && [[ $(dual_write) == *'"enabled":true'*'"mode":"python_leads"'* ]]
ok "without the variables the cluster keeps what it has"
DUAL_WRITE_ENABLED=false "$ROOT/deploy.sh" local staging && [[ $(dual_write) == *'"enabled":false'* ]]
ok "and off again"
curl -fs --noproxy '*' "http://127.0.0.1:$GAIA_HTTP_PORT/metrics" | grep '^gaia_errors_total{' >/dev/null
ok "the guide's grep finds the error counter of a healthy cluster"
"$ROOT/gaia" logs gaia_node_1 | grep migration >/dev/null
ok "the guide's grep finds the migration in the log"

[ "$failures" -eq 0 ]
