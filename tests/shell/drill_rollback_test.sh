#!/usr/bin/env bash
# drill_rollback.sh and somebody else who changes the split meanwhile, with a curl that is the cluster. Exit 0 all ok, 1 not ok, 77 not possible here.
set -uo pipefail

# shellcheck source=tests/shell/facts.sh
. "$(dirname "${BASH_SOURCE[0]}")/facts.sh"
command -v jq >/dev/null || { echo "skipped: there is no jq"; exit 77; }
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
export GAIA_STATE=$folder/state DOUBLE=$folder/double

# A cluster in a folder: the file split has the percentage and the epoch, sessions/ID the last change of a session.
mkdir "$folder/bin"
cat >"$folder/bin/curl" <<'CLUSTER'
#!/usr/bin/env bash
method=GET body='' out=/dev/null url='' asked=''
while [ $# -gt 0 ]; do
    case $1 in
        -X) method=$2 && shift ;;
        --data-binary) body=$2 && shift ;;
        -o) out=$2 && shift ;;
        -w) asked=1 && shift ;;
        -D | -H | --noproxy | --connect-timeout | --max-time | --retry | --retry-max-time) shift ;;
        -*) ;;
        *) url=$1 ;;
    esac
    shift
done
reply() { # STATUS [BODY]
    printf '%s' "${2:-}" >"$out"
    [ -z "$asked" ] || printf '%s' "$1"
    exit 0
}
split() { # PERCENTAGE: a change of it
    go=$1 epoch=$((epoch + 1))
    printf '%s %s\n' "$go" "$epoch" >"$DOUBLE/split"
}
path=${url#http://cluster}
printf '%s %s %s\n' "$method" "$path" "$body" >>"$DOUBLE/requests"
read -r go epoch <"$DOUBLE/split"
case "$method $path" in
    'GET /health/live') reply 200 ;;
    'GET /api/migration/dual-write') reply 200 '{"enabled": true}' ;;
    'GET /api/traffic-split') reply 200 "{\"go_percentage\": $go, \"phase\": \"gradual_rollout\", \"epoch\": $epoch}" ;;
    'POST /api/migration/rollback')
        # Every writer has written something by then that could be lost.
        for ((look = 0; look < 400; look++)); do
            changed=("$DOUBLE"/sessions/*)
            [ "${#changed[@]}" -lt 4 ] || break
            sleep 0.05
        done
        [ ! -e "$DOUBLE/refuses_rollback" ] || { split 0 && reply 400 '{"detail": "is above the present 0"}'; }
        split 10
        if [ -e "$DOUBLE/loses_answer" ]; then
            [ ! -e "$DOUBLE/somebody_meanwhile" ] || split 0
            printf 000
            exit 28
        fi
        reply 200 "{\"epoch\": $epoch, \"took_ms\": 3.4, \"drained\": true, \"pending\": 0, \"traffic\": {\"go_percentage\": $go}}"
        ;;
    'POST /api/traffic-split')
        [ ! -e "$DOUBLE/somebody_before" ] || split 0
        expected=$(jq .expected_epoch <<<"$body")
        [ "$expected" = null ] || [ "$expected" = "$epoch" ] || reply 412 '{"title": "another epoch"}'
        split "$(jq .go_percentage <<<"$body")"
        reply 200 "{\"go_percentage\": $go, \"epoch\": $epoch}"
        ;;
    'GET /api/migration/sessions/'*)
        [ ! -e "$DOUBLE/somebody_after" ] || { rm "$DOUBLE/somebody_after" && split 0; }
        document=$(cat "$DOUBLE/sessions/${path##*/}")
        reply 200 "{\"status\": \"equal\", \"python_version\": $document, \"go_version\": $document}"
        ;;
    'POST /api/migration/drills') reply "$(cat "$DOUBLE/recording")" '{"detail": "not yours"}' ;;
    'PUT '*) reply 201 ;;
    'PATCH '*) printf '%s' "$body" >"$DOUBLE/sessions/${path##*/}" && reply 200 ;;
    'DELETE '*) reply 204 ;;
    *) reply 404 ;;
esac
CLUSTER
chmod +x "$folder/bin/curl"

drill() { # EXIT_CODE STATUS_OF_RECORDING [WHAT_HAPPENS...]
    local status=0 happens
    rm -rf "$DOUBLE"
    mkdir -p "$DOUBLE/sessions"
    printf '50 7\n' >"$DOUBLE/split"
    printf '%s' "$2" >"$DOUBLE/recording"
    for happens in "${@:3}"; do touch "$DOUBLE/$happens"; done
    PATH=$folder/bin:$PATH "$ROOT/scripts/drill_rollback.sh" --url http://cluster --gateway http://cluster >"$folder/said" 2>&1 </dev/null || status=$?
    [ "$status" -eq "$1" ] && return 0
    printf 'exit code %s instead of %s, and said: %s\n' "$status" "$1" "$(cat "$folder/said")" >&2
    return 1
}
said() { grep -qF -- "$1" "$folder/said" || { cat "$folder/said" >&2 && return 1; }; }
split_is() { # PERCENTAGE EPOCH
    [ "$(cat "$DOUBLE/split")" = "$1 $2" ] || { cat "$DOUBLE/split" "$folder/said" >&2 && return 1; }
}

drill 0 201 && said 'rollback drill passed' && said 'back to 10 % (3 ms)' && split_is 50 9
ok "it goes back and returns"
grep -q '^POST /api/traffic-split .*"expected_epoch":8' "$DOUBLE/requests"
ok "it returns only from its own rollback"
drill 0 201 somebody_after && split_is 0 10
ok "a rollback of somebody else after its return is left alone"
drill 1 201 somebody_before && said 'somebody else has changed the rollout meanwhile' && said 'rollback drill failed' && split_is 0 9
ok "one before its return too, and then nothing is said of the return"
drill 1 201 refuses_rollback && split_is 0 8
ok "one before its own rollback too, which is refused then"
drill 1 201 loses_answer && said 'rollback drill failed' && split_is 50 9 && grep -q '^POST /api/traffic-split .*"expected_epoch":8' "$DOUBLE/requests"
ok "it returns from a rollback whose answer was lost"
drill 1 201 loses_answer somebody_meanwhile && said 'it stays where it is now' && split_is 0 9
ok "and not when traffic went elsewhere after that"
drill 1 403 && said 'rollback drill passed' && said 'not recorded: 403 not yours'
ok "a drill that is refused by the gates fails"
drill 1 404 && said 'rollback drill passed' && said 'keeps no drills. Is it a gateway?'
ok "one that nobody keeps leaves its gate closed, and is not called recorded"

[ "$failures" -eq 0 ]
