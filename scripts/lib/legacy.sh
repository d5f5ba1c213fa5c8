# shellcheck shell=bash
# GAIA_HOME: our own stand-in, or the one that GAIA_LEGACY names.

start_legacy() {
    local port seed=$SEED
    if [ -n "$LEGACY_EXTERNAL" ]; then
        LEGACY=${LEGACY_EXTERNAL%/}
        # Somebody's real sessions may live there: it gets ours only on request, and only with a new cluster.
        [ -z "$SEED_GIVEN" ] || cluster_runs || seed_external
        return 0
    fi
    require_python
    if alive gaia_home; then
        LEGACY=$(url_of gaia_home)
        return 0
    fi
    port=$(port_or_recorded GAIA_LEGACY_PORT 5000 "$(recorded_port gaia_home)")
    require_port "$port" gaia_home GAIA_LEGACY_PORT
    LEGACY=http://127.0.0.1:$port
    mkdir -p "$STATE/home"
    # A GAIA_HOME that exists grows only when asked: more sessions in the middle of a migration would be a surprise.
    if [ -z "$SEED_GIVEN" ] && [ -f "$STATE/home/gaia_home.sqlite" ]; then seed=0; fi
    launch gaia_home "$LEGACY" "$seed" python3 "$ROOT/deploy/gaia-home/gaia_home.py" \
        --host 127.0.0.1 --port "$port" --db "$STATE/home/gaia_home.sqlite" --seed "$seed" --auth "$(stand_in_auth)"
}

# It asks for the credential that silos and gateways are told to show.
stand_in_auth() {
    if [ "${Legacy__Auth:-none}" = none ]; then printf none; else printf '%s:%s' "$Legacy__Auth" "${Legacy__Credential:-}"; fi
}

seed_external() {
    require_python
    note "sending $SEED sessions to $LEGACY"
    PYTHONPATH=$ROOT/deploy/gaia-home python3 - "$LEGACY" "$SEED" <<'PYTHON' || die "GAIA_HOME at $LEGACY did not take the sessions"
import json, sys, urllib.error, urllib.request
from seed import Seed

url, count = sys.argv[1] + "/api/sessions", int(sys.argv[2])
make = Seed(1)
for number in range(1, count + 1):
    _, document = make(number)
    request = urllib.request.Request(url, json.dumps(document).encode(), {"Content-Type": "application/json"}, method="POST")
    try:
        urllib.request.urlopen(request, timeout=30).close()
    except urllib.error.HTTPError as refusal:
        if refusal.code != 409:
            sys.exit(f"{url} answered {refusal.code} to session {number}")
    except OSError as failure:
        sys.exit(f"{url}: {failure}")
PYTHON
}
