#!/usr/bin/env bash
# The overlays as kubectl would send them. Exit 0 all ok, 1 not ok, 77 not possible here.
set -uo pipefail

# shellcheck source=tests/shell/facts.sh
. "$(dirname "${BASH_SOURCE[0]}")/facts.sh"
kubectl kustomize --help >/dev/null 2>&1 || { echo "skipped: there is no kubectl with kustomize"; exit 77; }

folder=$ROOT/deploy/kubernetes/overlays
rendered=$(mktemp) || exit 1
trap 'rm -f "$rendered"' EXIT
count() { grep -cE "$1" "$rendered"; }

for environment in staging production; do
    kubectl kustomize "$folder/$environment" >"$rendered"
    ok "$environment can be rendered"
    [ "$(count '^kind: (StatefulSet|Deployment)$')" = 2 ] && [ "$(count '^kind: PodDisruptionBudget$')" = 2 ] && [ "$(count '^kind: Secret$')" = 0 ]
    ok "$environment has both workloads and their budgets, and no secret"
    [ "$(grep -E '^  namespace:' "$rendered" | sort -u)" = "  namespace: gaia-$environment" ]
    ok "everything of $environment is in its namespace"
    ! grep -E 'name: gaia-settings$' "$rendered" && [ "$(grep -oE 'name: gaia-settings-[a-z0-9]+' "$rendered" | sort -u | wc -l)" = 1 ]
    ok "a changed setting of $environment restarts its pods: they name the settings by their hash"
    [ "$(sed -n '/limits:/,/requests:/p' "$rendered" | grep -c 'cpu:')" = 0 ]
    ok "no processor limit in $environment"
done
[ "$(kubectl kustomize "$folder/staging" | sed -n 's/^  Rollout__Rehearsal: //p')" = '"true"' ] && [ "$(kubectl kustomize "$folder/production" | sed -n 's/^  Rollout__Rehearsal: //p')" = '"false"' ]
ok "only staging is a rehearsal"

[ "$failures" -eq 0 ]
