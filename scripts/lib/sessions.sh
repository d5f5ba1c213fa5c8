# shellcheck shell=bash
# Sessions of a script's own on a live cluster, named $NAME-…, and what both sides have of them. Needs api.sh.

CREATED=()

require_dual_write() {
    request GET "$URL/api/migration/dual-write"
    [ "$STATUS" = 200 ] || die "$URL does not answer what its dual-write is: $STATUS $ANSWER"
    [ "$(answer .enabled)" = true ] || die "dual-write is off, so there is nothing to compare; turn it on with: gaia dual-write on"
}

# Again, for a script that ended early: nothing of ours stays on either side.
delete_created() {
    local id
    for id in ${CREATED[@]+"${CREATED[@]}"}; do request DELETE "$GATEWAY/api/sessions/$id"; done
}

document() { # ID STATUS
    jq -nc --arg id "$1" --arg status "$2" '{id: $id, session_name: $id, user_id: "gaia-scripts", tier: "worker", provider: "claude", status: $status, metadata: {}}'
}

# The keys make a repetition after a lost answer harmless.
write() { # METHOD ID [BODY [HEADER...]]
    local method=$1 id=$2 body=${3:-}
    shift $(($# < 3 ? $# : 3))
    KEYS=$((${KEYS:-0} + 1))
    request "$method" "$GATEWAY/api/sessions${id:+/$id}" "$body" "Idempotency-Key: $NAME-$KEYS" "$@"
}

# Waits until both sides have the same, and a filter finds a value in it.
both_have() { # ID FILTER VALUE
    local begin=$SECONDS
    until request GET "$URL/api/migration/sessions/$1" && [ "$(answer .status)" = equal ] &&
        [ "$(answer ".python_version | $2")" = "$3" ] && [ "$(answer ".go_version | $2")" = "$3" ]; do
        [ $((SECONDS - begin)) -lt 15 ] || return 1
        sleep 0.2
    done
}

both_lack() { # ID
    local begin=$SECONDS
    until request GET "$URL/api/migration/sessions/$1" && { [ "$STATUS" = 404 ] || [ "$(answer '.python_version == null and .go_version == null and (.pending | not)')" = true ]; }; do
        [ $((SECONDS - begin)) -lt 15 ] || return 1
        sleep 0.2
    done
}

# Each is asked for, also after one that was refused; STATUS and ANSWER are then those of the first refusal.
delete_each() { # ID...
    local id refused='' said=''
    for id in "$@"; do
        write DELETE "$id"
        [ "$STATUS" = 204 ] || [ -n "$refused" ] || refused=$STATUS said=$ANSWER
    done
    [ -n "$refused" ] || return 0
    STATUS=$refused ANSWER=$said
    return 1
}

none_left() { # ID...
    local id
    for id in "$@"; do both_lack "$id" || return 1; done
}

# No conflict and no error of theirs.
nothing_open() { # ID...
    local id
    for id in "$@"; do
        request GET "$URL/api/migration/conflicts?resolved=false&limit=1000"
        [ "$(answer "[.[] | select(.session_id == \"$id\")] | length")" = 0 ] || return 1
        request GET "$URL/api/migration/errors?limit=1000"
        [ "$(answer "[.errors[] | select(.session_id == \"$id\" and (.resolved | not))] | length")" = 0 ] || return 1
    done
}

# A client that writes one session again and again, each time another number, and notes how many were acknowledged and the last of them.
# Ends after so many, or when the file $WORK/stop is there.
writer() { # NUMBER ID MOST
    local n last=0 taken=0 folder=$WORK/writer-$1
    mkdir "$folder"
    for ((n = 1; n <= $3; n++)); do
        [ ! -e "$WORK/stop" ] || break
        send "$folder" PATCH "$GATEWAY/api/sessions/$2" "{\"metadata\": {\"w$1\": $n}}" "Idempotency-Key: $2-$1-$n"
        [ "$STATUS" != 200 ] || { last=$n && taken=$((taken + 1)); }
    done
    printf '{"w%s": %s}\n' "$1" "$last" >"$folder/last"
    printf '%s of %s\n' "$taken" $((n - 1)) >"$folder/taken"
}
