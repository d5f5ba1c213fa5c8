# shellcheck shell=bash
# What every script in this folder begins with: the parts of the command line that they share. ROOT is the repository.

for part in terminal hashes packages build ports processes postgres connection legacy members cluster views database; do
    # shellcheck source=/dev/null
    . "$ROOT/scripts/lib/$part.sh"
done
unset part

# A script tells its use in the comment at its head.
usage() {
    awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"
}

needs_value() { # OPTION [VALUE]
    [ $# -ge 2 ] && [ -n "$2" ] || usage_error "$1 needs a value"
}

require_jq() { require_command jq jq jq jq jq; }
