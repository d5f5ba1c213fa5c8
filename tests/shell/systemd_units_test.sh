#!/usr/bin/env bash
# The units as systemd understands them, alone and together. Exit 0 all ok, 1 not ok, 77 not possible here.
set -uo pipefail

# shellcheck source=tests/shell/facts.sh
. "$(dirname "${BASH_SOURCE[0]}")/facts.sh"
command -v systemd-analyze >/dev/null || { echo "skipped: there is no systemd-analyze"; exit 77; }

source_folder=$ROOT/deploy/systemd
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
# What they start need not be installed where the units are looked at.
for unit in "$source_folder"/*.service; do sed -E 's#^ExecStart=(/usr/bin/dotnet|/opt/gaia/[^ ]*)#ExecStart=/bin/true#' "$unit" >"$folder/$(basename "$unit")"; done
cp "$folder/gaia-silo@.service" "$folder/gaia-silo@gaia_node_1.service"

# Of this machine's own units it may say what it likes.
said=$(systemd-analyze verify "$folder/gaia_go.service" "$folder/gaia-silo@gaia_node_1.service" "$folder/gaia-gateway.service" 2>&1) &&
    ! printf '%s\n' "$said" | grep "$folder"
ok "systemd-analyze verify"
if systemd-analyze security --help 2>/dev/null | grep -q -- --offline; then
    for unit in gaia-silo@gaia_node_1.service gaia-gateway.service; do
        status=0
        said=$(systemd-analyze security --offline=true --threshold=25 "$folder/$unit" 2>&1) || status=$?
        exposure=$(printf '%s\n' "$said" | sed -n 's/.*Overall exposure level for [^:]*: \([0-9.]*\).*/\1/p')
        [ "$status" -eq 0 ]
        ok "exposure of $unit: $exposure"
    done
fi

[ "$failures" -eq 0 ]
