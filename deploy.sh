#!/usr/bin/env bash
# Brings the system up, or up to date, where it is meant to run, and then applies the guide's dual-write variables to the running cluster.
set -euo pipefail

ROOT=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# shellcheck source=scripts/lib/terminal.sh
. "$ROOT/scripts/lib/terminal.sh"
# shellcheck source=scripts/lib/hashes.sh
. "$ROOT/scripts/lib/hashes.sh"
# shellcheck source=scripts/lib/packages.sh
. "$ROOT/scripts/lib/packages.sh"
# shellcheck source=scripts/lib/build.sh
. "$ROOT/scripts/lib/build.sh"
# shellcheck source=scripts/lib/deploy.sh
. "$ROOT/scripts/lib/deploy.sh"
# shellcheck source=scripts/lib/deploy_compose.sh
. "$ROOT/scripts/lib/deploy_compose.sh"
# shellcheck source=scripts/lib/deploy_kubernetes.sh
. "$ROOT/scripts/lib/deploy_kubernetes.sh"
# shellcheck source=scripts/lib/deploy_systemd.sh
. "$ROOT/scripts/lib/deploy_systemd.sh"
# shellcheck source=scripts/lib/deploy_local.sh
. "$ROOT/scripts/lib/deploy_local.sh"

deploy "$@"
