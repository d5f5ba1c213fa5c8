# shellcheck shell=bash
# The rehearsal cluster of this checkout. As production its gates keep their full soaks.

deploy_local() {
    find_dotnet || missing "the .NET SDK 10 is missing"
    local rehearsal=true
    [ "$ENVIRONMENT" = staging ] || rehearsal=false
    run env "Rollout__Rehearsal=${Rollout__Rehearsal:-$rehearsal}" "$ROOT/gaia" up --quiet
    apply_dual_write "${GAIA_URL:-http://127.0.0.1:${GAIA_HTTP_PORT:-8080}}"
}
