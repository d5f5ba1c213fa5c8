# shellcheck shell=bash
# Talking to a cluster over HTTP, and a list of checks with a verdict. WORK is a folder of this call's own.

URL=
GATEWAY=
WORK=
PASSED=0
FAILED=0

STATUS=
ANSWER=

# Which cluster is meant: an option, the environment, the local one. Its gateway likewise: behind the local one there is only the local cluster.
choose_cluster() {
    require_curl
    require_jq
    URL=${URL:-${GAIA_URL:-$(first_silo_url)}}
    URL=${URL%/}
    GATEWAY=${GATEWAY:-${GAIA_GATEWAY:-}}
    if [ -z "$GATEWAY" ] && is_local_silo "$URL"; then GATEWAY=$(url_of gaia_gateway); fi
    GATEWAY=${GATEWAY:-$URL}
    GATEWAY=${GATEWAY%/}
    WORK=$(mktemp -d)
    # In files: a command line can be read by every user.
    (umask 077 && printf '%s\n' "${GAIA_TOKEN:+Authorization: Bearer $GAIA_TOKEN}" >"$WORK/headers")
    (umask 077 && client_headers >"$WORK/client_headers") || exit 1
    answers "$URL/health/live" || die "$URL does not answer; name a silo with --url or GAIA_URL"
}

# What requests of a client show: where GAIA_HOME asks for a credential they bring it, and our key beside it. As LegacyAuth.cs has it.
client_headers() {
    local auth=${Legacy__Auth:-none} credential=${Legacy__Credential:-}
    if [ "$auth" = none ]; then
        cat "$WORK/headers"
        return
    fi
    [ -n "$credential" ] || die "Legacy__Auth is $auth, and Legacy__Credential is empty"
    case $auth in
        bearer) printf 'Authorization: Bearer %s\n' "$credential" ;;
        api_key) printf 'X-API-Key: %s\n' "$credential" ;;
        session_id) printf 'X-Session-ID: %s\n' "$credential" ;;
        basic) printf 'Authorization: Basic %s\n' "$(printf '%s' "$credential" | base64 | tr -d '\n')" ;;
        cookie) printf 'Cookie: gaia_token=%s\n' "$credential" ;;
        *) die "Legacy__Auth is '$auth'; it is none, bearer, api_key, session_id, basic or cookie" ;;
    esac
    [ -z "${GAIA_TOKEN:-}" ] || printf 'X-Gaia-Key: %s\n' "$GAIA_TOKEN"
}

# The cluster and the database are named apart: one says by which change it goes, the other has to have it stored.
require_its_database() {
    local _ shown stored
    for _ in 1 2 3; do
        request GET "$URL/api/traffic-split"
        [ "$STATUS" = 200 ] || die "$URL does not say what the split is: $STATUS $ANSWER"
        shown=$(answer '"\(.epoch) \(.updated_at[0:19])"')
        stored=$(query "SELECT epoch || ' ' || to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS') FROM rollout_state") || exit 1
        [ "$shown" != "$stored" ] || return 0
    done
    die "database '$DATABASE' is not that of $URL: its rollout is at epoch and time $stored, the cluster's at $shown. Name the right one with GAIA_POSTGRES, or the right cluster with --url"
}

# Sets STATUS (000 = no answer) and ANSWER. What may be repeated safely is repeated while the answer is 429 or 503.
request() { # METHOD URL [BODY [HEADER...]]
    send "$WORK" "$@"
}

send() { # FOLDER METHOD URL [BODY [HEADER...]]
    local folder=$1 method=$2 url=$3 body=${4:-} headers=() header shown=headers
    shift $(($# < 4 ? $# : 4))
    case $url in "$GATEWAY"/api/sessions*) shown=client_headers ;; esac
    for header in "$@"; do headers+=(-H "$header"); done
    [ -z "$body" ] || headers+=(-H 'Content-Type: application/json' --data-binary "$body")
    # Where nobody answers curl leaves the files as they are: they would say what an earlier request was told.
    : >"$folder/answered"
    : >"$folder/answer"
    STATUS=$(curl -s --noproxy '*' --connect-timeout 5 --max-time 60 --retry 5 --retry-max-time 30 -X "$method" -H "@$WORK/$shown" ${headers[@]+"${headers[@]}"} \
        -D "$folder/answered" -o "$folder/answer" -w '%{http_code}' "$url") || STATUS=000
    ANSWER=$(cat "$folder/answer" 2>/dev/null) || ANSWER=
}

answered_header() { # NAME
    tr -d '\r' <"$WORK/answered" | awk -v name="$1" '{ at = index($0, ":") } at && tolower(substr($0, 1, at - 1)) == tolower(name) { print substr($0, at + 2); exit }'
}

answer() { # FILTER
    jq -r "$1" <<<"$ANSWER" 2>/dev/null
}

# One line of the list.
check() { # GROUP TEXT, after the command it judges
    local status=$?
    if [ "$status" -eq 0 ]; then
        item "$1" "$2" ok
    else
        item "$1" "$2" FAILED "${STATUS:+last answer: $STATUS ${ANSWER//$'\n'/ }}"
    fi
    return "$status"
}

item() { # GROUP TEXT ok|FAILED|inconclusive [DETAIL]
    case $3 in ok) PASSED=$((PASSED + 1)) ;; *) FAILED=$((FAILED + 1)) ;; esac
    printf '%-12s %-66s %s\n' "$1" "$2" "$3"
    [ -z "${4:-}" ] || printf '%-12s   %.300s\n' '' "$4"
}

# Evidence for a gate, which stays closed without it.
record_drill() { # NAME passed|failed EVIDENCE
    request POST "$URL/api/migration/drills" "$(jq -nc --arg name "$1" --arg result "$2" --arg evidence "$3" '{name: $name, result: $result, evidence: $evidence}')"
    case $STATUS in
        2??) note "recorded as drill '$1': $2" ;;
        404)
            warn "not recorded: $URL keeps no drills. Is it a gateway? Name a silo with --url or GAIA_URL"
            return 1
            ;;
        *)
            warn "not recorded: $STATUS $(answer '.detail // empty')"
            return 1
            ;;
    esac
}
