#!/usr/bin/env bash
# ./gaia preflight URL: what its probe is asked, and what the client that shows the report. Both only write it down. Exit 0 all ok, 1 not ok.
set -uo pipefail

# shellcheck source=tests/shell/facts.sh
. "$(dirname "${BASH_SOURCE[0]}")/facts.sh"
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
export CALLS=$folder/calls
# shellcheck source=scripts/lib/script.sh
. "$ROOT/scripts/lib/script.sh"
# shellcheck source=scripts/lib/preflight.sh
. "$ROOT/scripts/lib/preflight.sh"

cat >"$folder/dotnet" <<'PROGRAM'
#!/usr/bin/env bash
printf '%s %s\n' "${1##*/}" "${*:2}" >>"$CALLS"
PROGRAM
chmod +x "$folder/dotnet"
build() { :; }

asks() { # PROBE CLIENT ARGS...
    local expected="GaiaOrleans.Silo.dll preflight --legacy http://home:5000$1
GaiaOrleans.Client.dll preflight --from -$2"
    shift 2
    : >"$CALLS"
    (DOTNET=$folder/dotnet && preflight_word http://home:5000 "$@") </dev/null
    [ "$(cat "$CALLS")" = "$expected" ] || { cat "$CALLS" >&2 && return 1; }
}

asks '' ' -o json' -o json
ok "what the probe does not know is the client's"
asks ' --sample 50 --time-limit 9' '' --sample 50 --time-limit 9 && asks ' --sample 50' '' -n 50
ok "the sample and the time limit are the probe's"
asks ' --sample 50 --time-limit 9' ' -o json' --sample=50 -o json --time-limit=9 && asks ' --sample 50' '' -n=50
ok "also where they are written with ="

[ "$failures" -eq 0 ]
