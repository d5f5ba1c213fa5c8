#!/usr/bin/env bash
# The Prometheus configuration and every alert, as promtool understands them. Exit 0 all ok, 1 not ok.
set -uo pipefail

# shellcheck source=tests/shell/facts.sh
. "$(dirname "${BASH_SOURCE[0]}")/facts.sh"
folder=$ROOT/deploy/prometheus
# Its key lies elsewhere until it is deployed, so only the syntax of this one can be looked at.
promtool check config --syntax-only "$folder/prometheus.yml"
ok "the configuration"
promtool check config --syntax-only "$folder/kubernetes.yml"
ok "the configuration for Kubernetes"
jobs=$(sed -n 's/.*up{job="\([a-z-]*\)"}.*/\1/p' "$folder/rules.yml" | sort -u)
for file in prometheus kubernetes; do
    for job in $jobs; do grep -q "job_name: $job\$" "$folder/$file.yml" || jobs_missing="${jobs_missing:-} $file:$job"; done
done
[ -n "$jobs" ] && [ -z "${jobs_missing:-}" ]
ok "both have the jobs that alerts go by${jobs_missing:+: not$jobs_missing}"
promtool check rules --lint=all --lint-fatal "$folder/rules.yml"
ok "the rules"
promtool test rules "$folder/rules_test.yml"
ok "what each alert is raised by, and what not"
untested=$(sed -n 's/^ *- alert: //p' "$folder/rules.yml" | while read -r alert; do grep -q "alertname: $alert\$" "$folder/rules_test.yml" || printf '%s ' "$alert"; done)
[ -z "$untested" ]
ok "every alert has its test${untested:+: not $untested}"

[ "$failures" -eq 0 ]
