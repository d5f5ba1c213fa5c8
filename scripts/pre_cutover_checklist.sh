#!/usr/bin/env bash
# Usage: pre_cutover_checklist.sh [--url URL] [--backup FILE] [--backup-within HOURS] [NAME=ADDRESS...]
#
# Everything that must be true before all traffic goes to the cluster, one line each: ok, FAILED or inconclusive.
#
#   --url URL               any silo; default GAIA_URL, else the local cluster
#   --backup FILE           the backup to verify; default gaia_go_backup_latest.dump in GAIA_BACKUPS, or /backups
#   --backup-within HOURS   how old it may be; default 24
#   NAME=ADDRESS            a name that clients use and where it must lead, several addresses with commas; more names in GAIA_DNS, separated by spaces
#
# database  the invariants of what is stored        quorum  of the cluster
# backup    restored beside the database and compared with its manifest
# dns       every name leads to its address         gates   of the phases up to cutover, as the cluster judges them
#
# What cannot be checked fails the list, and says why. The database is the one in GAIA_POSTGRES, else Postgres__OwnerConnectionString, else
# Postgres__ConnectionString, else the local cluster's, else libpq's own PGDATABASE. Exit code: 0 all ok, 1 not all ok, 2 called wrongly.
set -uo pipefail

ROOT=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/script.sh
. "$ROOT/scripts/lib/script.sh"
# shellcheck source=scripts/lib/api.sh
. "$ROOT/scripts/lib/api.sh"
# shellcheck source=scripts/lib/dumps.sh
. "$ROOT/scripts/lib/dumps.sh"
# shellcheck source=scripts/lib/invariants.sh
. "$ROOT/scripts/lib/invariants.sh"

BACKUP=$LATEST_BACKUP
WITHIN=24
NAMES=()

read_options() {
    while [ $# -gt 0 ]; do
        case $1 in
            --url) needs_value "$@" && URL=$2 && shift ;;
            --backup) needs_value "$@" && BACKUP=$2 && shift ;;
            --backup-within)
                needs_value "$@"
                whole_number "$2" 1 100000 || usage_error "--backup-within is a number of hours, not '$2'"
                WITHIN=$((10#$2))
                shift
                ;;
            --help | -h) usage && exit 0 ;;
            -*) usage_error "unknown option '$1'" ;;
            ?*=?*) NAMES+=("$1") ;;
            *) usage_error "'$1' is not NAME=ADDRESS" ;;
        esac
        shift
    done
    local pair
    for pair in ${GAIA_DNS:-}; do
        case $pair in ?*=?*) NAMES+=("$pair") ;; *) usage_error "GAIA_DNS: '$pair' is not NAME=ADDRESS" ;; esac
    done
}

clean() {
    drop_scratch
    stop_own_server
    [ -z "$WORK" ] || rm -rf "$WORK"
}

quorum() {
    request GET "$URL/api/cluster/health"
    if [ "$STATUS" != 200 ]; then
        item quorum "the cluster has quorum" inconclusive "$URL/api/cluster/health: $STATUS"
    elif [ "$(answer .quorum.has_quorum)" = true ]; then
        item quorum "$(answer '"the cluster has quorum: \(.quorum.active) of \(.quorum.expected) silos active, \(.quorum.required) needed"')" ok
    else
        item quorum "the cluster has quorum" FAILED "$(answer '"\(.quorum.active) of \(.quorum.expected) silos active, \(.quorum.required) needed"')"
    fi
}

backup() {
    local manifest said age
    if ! manifest=$(checked_manifest "$BACKUP" 2>"$WORK/said"); then
        item backup "there is a backup that is whole" FAILED "$(cat "$WORK/said")"
        return
    fi
    age=$(hours_old "$manifest")
    if [ "$age" -lt "$WITHIN" ]; then
        item backup "it was taken within $WITHIN h ($age h ago)" ok
    else
        item backup "it was taken within $WITHIN h" FAILED "$age h ago; take one with: scripts/backup_database.sh"
    fi
    if of_this_cluster "$manifest"; then
        item backup "it is this cluster's" ok
    else
        item backup "it is this cluster's" FAILED "$BACKUP is of another rollout"
    fi
    if verify_backup "$BACKUP" "$manifest" 2>"$WORK/said"; then
        item backup "restored, it has the rows and hashes of its manifest ($(jq -r '[.tables[].rows] | add' <<<"$manifest") rows)" ok
    else
        said=$(grep . "$WORK/said" | head -n 3 | paste -sd ' ' -)
        item backup "restored, it has the rows and hashes of its manifest" FAILED "$said"
    fi
}

addresses_of() { # NAME
    if has getent; then
        getent ahosts "$1" | awk '{print $1}' | sort -u
    else
        python3 -c 'import socket, sys; print("\n".join(sorted({a[4][0] for a in socket.getaddrinfo(sys.argv[1], None)})))' "$1" 2>/dev/null
    fi
}

dns() {
    local pair found wanted
    [ "${#NAMES[@]}" -gt 0 ] ||
        item dns "the names that clients use lead to the right addresses" FAILED "not configured: give NAME=ADDRESS arguments, or GAIA_DNS"
    for pair in ${NAMES[@]+"${NAMES[@]}"}; do
        found=$(addresses_of "${pair%%=*}" | paste -sd ' ' -)
        wanted=$(tr ', ' '\n\n' <<<"${pair#*=}" | grep . | sort -u | paste -sd ' ' -)
        if [ "$found" = "$wanted" ]; then
            item dns "${pair%%=*} leads to $wanted" ok
        else
            item dns "${pair%%=*} leads to $wanted" FAILED "it leads to: ${found:-nowhere}"
        fi
    done
}

gates() {
    local gate status observed required
    request GET "$URL/api/migration/plan?to=cutover"
    # Once there, the way is to the next phase.
    [ "$STATUS" != 200 ] || [ "$(answer '.from as $f | ["cutover", "deprecation", "completed"] | index($f) // -1')" = -1 ] || request GET "$URL/api/migration/plan"
    if [ "$STATUS" != 200 ]; then
        item gates "every gate passes" inconclusive "$URL/api/migration/plan: $STATUS $(answer '.detail // empty')"
        return
    fi
    if [ "$(answer '.gates | length')" = 0 ]; then
        item gates "every gate passes" inconclusive "the cluster names no gate between $(answer .from) and $(answer .to)"
        return
    fi
    [ "$(answer .rehearsal)" != true ] || note "a REHEARSAL: its gates take statements as given and soaks as short"
    while IFS=$'\t' read -r gate status observed required; do
        case $status in
            pass) item gates "$gate: $observed" ok ;;
            fail) item gates "$gate" FAILED "observed: $observed; required: $required" ;;
            *) item gates "$gate" inconclusive "observed: $observed; required: $required" ;;
        esac
    done < <(answer '.gates[] | [.gate, .status, .observed, .required] | @tsv')
}

read_options "$@"
trap clean EXIT
trap 'exit 1' INT TERM HUP
choose_cluster
choose_database
require_its_database
PG_RESTORE=$(postgres_program pg_restore) || exit 1
invariants
quorum
backup
dns
gates
printf '\n%s of %s items are ok: %s\n' "$PASSED" $((PASSED + FAILED)) "$([ "$FAILED" -eq 0 ] && echo 'ready for cutover' || echo 'NOT ready for cutover')"
[ "$FAILED" -eq 0 ]
