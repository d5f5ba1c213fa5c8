# shellcheck shell=bash
# The rehearsal cluster of this checkout. As production its gates keep their full soaks.

deploy_local() {
    find_dotnet || missing "the .NET SDK 10 is missing"
    local rehearsal=true part
    [ "$ENVIRONMENT" = staging ] || rehearsal=false
    run env "Rollout__Rehearsal=${Rollout__Rehearsal:-$rehearsal}" "$ROOT/gaia" up --quiet
    # What is written down about its processes says where it answers; GAIA_URL may name another cluster.
    for part in processes members cluster views; do
        # shellcheck source=/dev/null
        . "$ROOT/scripts/lib/$part.sh"
    done
    apply_dual_write "$(first_silo_url)"
}
