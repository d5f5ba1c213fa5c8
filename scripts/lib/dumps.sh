# shellcheck shell=bash
# A backup: a dump of pg_dump in its custom format whose last line is a manifest. pg_restore does not read past its data, so one file is
# one backup and one renaming replaces it; a file that was cut off has no last line.

DUMP_MAGIC=PGDMP
MIGRATIONS=$ROOT/src/Silo/Postgres/Migrations
LATEST_BACKUP=${GAIA_BACKUPS:-/backups}/gaia_go_backup_latest.dump

size_of() { # FILE
    local size
    size=$(wc -c <"$1") && printf '%s' "$((size))"
}

append_manifest() { # FILE CONTENTS
    local bytes hash
    bytes=$(size_of "$1") && hash=$(sha256_of <"$1") || return 1
    printf '\n%s\n' "$(jq -c --argjson bytes "$bytes" --arg sha256 "$hash" '. + {bytes: $bytes, sha256: $sha256}' <<<"$2")" >>"$1"
}

# Of a file that may be anything, or be missing: then it says nothing.
manifest_field() { # FILE NAME
    tail -c 65536 "$1" 2>/dev/null | tail -n 1 | tr -d '\0' | jq -r ".$2 // empty" 2>/dev/null || true
}

of_this_cluster() { # MANIFEST
    [ "$(jq -r .salt <<<"$1")" = "$(query 'SELECT salt FROM rollout_state')" ]
}

hours_old() { # MANIFEST
    jq -r '(now - (.taken_at | fromdate)) / 3600 | floor' <<<"$1"
}

# The manifest of a dump that is whole and that this build understands. Dies naming what is wrong, and has touched nothing.
checked_manifest() { # FILE
    local file=$1 manifest bytes hash unknown
    [ -f "$file" ] || die "no such file: $file"
    [ -r "$file" ] || die "this user may not read $file"
    [ "$(head -c 5 "$file" | tr -d '\0')" = "$DUMP_MAGIC" ] || die "$file is no dump in PostgreSQL's custom format"
    manifest=$(tail -c 65536 "$file" | tail -n 1 | tr -d '\0')
    # Slurped: of nothing at all, where a file was cut behind the end of a line, jq 1.6 says that every filter holds.
    jq -es '.[0].format? == "gaia-go-backup-1"' <<<"$manifest" >/dev/null 2>&1 ||
        die "$file does not end with a manifest: it was cut off, or backup_database.sh did not make it"
    bytes=$(jq -r .bytes <<<"$manifest")
    hash=$(head -c "$bytes" "$file" | sha256_of)
    [ "$hash" = "$(jq -r .sha256 <<<"$manifest")" ] || die "$file is damaged: the SHA-256 of its $bytes bytes is not the one in its manifest"
    unknown=$(jq -r '.schema[]' <<<"$manifest" | while IFS= read -r script; do [ -f "$MIGRATIONS/$script" ] || printf ' %s' "$script"; done)
    [ -z "$unknown" ] || die "$file is newer than this build, which does not know its schema:$unknown"
    "$PG_RESTORE" --list "$file" >/dev/null || die "pg_restore cannot read $file"
    printf '%s' "$manifest"
}

# An empty database like the one beside it, and its owner's, where there is one.
create_database_like() { # NEW OLD
    local like
    like=$(query -d "$MAINTENANCE" "SELECT concat(CASE WHEN pg_has_role(datdba, 'MEMBER') THEN format('OWNER %I ', pg_get_userbyid(datdba)) END, format('ENCODING %L LC_COLLATE %L LC_CTYPE %L', pg_encoding_to_char(encoding), datcollate, datctype)) FROM pg_database WHERE datname = $(sql_text "$2")") || return 1
    query -d "$MAINTENANCE" "CREATE DATABASE $(sql_name "$1") TEMPLATE template0 ${like:-ENCODING 'UTF8'}"
}

# With the rights of the database's owner, whoever restores it: what an administrator made would be the administrator's, and closed to the silos' owner.
as_owner() { # DATABASE COMMAND...
    local owner
    owner=$(query -d "$1" "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database() AND datdba <> current_user::regrole") || return 1
    shift
    [ -n "$owner" ] || { "$@" && return 0 || return; }
    owner=${owner//\\/\\\\}
    PGOPTIONS="${PGOPTIONS:-} -c role=${owner// /\\ }" "$@"
}

drop_database() { # NAME
    query -d "$MAINTENANCE" "DROP DATABASE IF EXISTS $(sql_name "$1")"
}

# What an administrator keeps in the database, to look at it: no table of ours needs one, and its owner may not make it.
EXTENSION='^[0-9; ]+ (EXTENSION -|COMMENT - EXTENSION) '
restore_extensions() { # DATABASE FILE
    local list said
    list=$("$PG_RESTORE" --list "$2" | grep -E "$EXTENSION") || return 0
    said=$("$PG_RESTORE" --file - --use-list <(printf '%s\n' "$list") "$2" | run_sql -d "$1" 2>&1) ||
        warn "the backup's database has extensions which this user may not make; they are left out, and nothing of ours needs them: ${said%%$'\n'*}"
}

# Fills an empty database and compares it with the manifest.
fill_database() { # DATABASE FILE MANIFEST
    local restored
    restore_extensions "$1" "$2"
    as_owner "$1" "$PG_RESTORE" --dbname "$1" --exit-on-error --no-owner --no-privileges --jobs 2 --use-list <("$PG_RESTORE" --list "$2" | grep -vE "$EXTENSION") "$2" </dev/null || return 1
    restored=$(contents_of "$1") || return 1
    same_contents "$3" "$restored"
}

contents_of() { # DATABASE
    printf 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n\\i '\''%s'\''\nCOMMIT;\n' "$ROOT/scripts/lib/contents.sql" | run_sql -d "$1"
}

same_contents() { # MANIFEST CONTENTS
    local differing
    differing=$(jq -rn --argjson was "$1" --argjson is "$2" '
        [($was.tables, $is.tables) | keys[]] | unique[] | select($was.tables[.] != $is.tables[.])
        | "  \(.): \($was.tables[.].rows // "no such table") rows in the backup, \($is.tables[.].rows // "no such table") restored\(if $was.tables[.].rows == $is.tables[.].rows then ", of other content" else "" end)"') || return 1
    [ -z "$differing" ] || { warn "the restored database differs from the backup's manifest:"$'\n'"$differing"; return 1; }
}

# The scripts that the database has not had, as a starting silo would apply them.
upgrade_schema() { # DATABASE
    local file script
    for file in "$MIGRATIONS"/*.sql; do
        script=GaiaOrleans.Silo.Postgres.Migrations.${file##*/}
        [ -z "$(query -d "$1" "SELECT 1 FROM schemaversions WHERE scriptname = $(sql_text "$script")")" ] || continue
        { cat "$file" && printf "\n;INSERT INTO schemaversions (scriptname, applied) VALUES (%s, now());\n" "$(sql_text "$script")"; } | run_sql -1 -d "$1" >/dev/null || return 1
        note "  schema: $script"
    done
}

# Restores a backup beside the real database, and compares it with its manifest. It stays until drop_scratch.
verify_backup() { # FILE MANIFEST
    SCRATCH=${DATABASE:0:30}_scratch_$(date -u +%Y%m%dt%H%M%S)_$$
    create_database_like "$SCRATCH" "$DATABASE" && fill_database "$SCRATCH" "$1" "$2"
}

drop_scratch() {
    [ -z "${SCRATCH:-}" ] || drop_database "$SCRATCH" >/dev/null 2>&1 || true
}

# Roles are the server's and not in a dump: those of then that this server has may again what they may, and the others are named.
grant_roles() { # DATABASE MANIFEST
    local kind role
    query -d "$1" "REVOKE ALL ON FUNCTION session_keys_add(date), session_keys_drop(interval) FROM PUBLIC" || return 1
    for kind in silo gateway; do
        while IFS= read -r role; do
            [ -n "$role" ] || continue
            if [ "$(query -d "$1" "SELECT 1 FROM pg_roles WHERE rolname = $(sql_text "$role")")" = 1 ]; then
                query -d "$1" "SELECT grant_$kind($(sql_text "$role"))" >/dev/null || return 1
            else
                warn "this server has no role '$role', which the backup's cluster had for its ${kind}s; when it is made, the owner lets it in: SELECT grant_$kind('$role')"
            fi
        done <<<"$(jq -r ".roles.$kind // [] | .[]" <<<"$2")"
    done
}

# The last of a restore: this build's schema and rights, a new incarnation, none of the silos of then, and fresh statistics. Prints the incarnation.
renew_database() { # DATABASE MANIFEST ABOVE COMPLETED
    as_owner "$1" renew_owned "$@"
}

renew_owned() { # DATABASE MANIFEST ABOVE COMPLETED
    local incarnation
    upgrade_schema "$1" && grant_roles "$1" "$2" || return 1
    incarnation=$(run_sql -1 -d "$1" <<SQL
-- Receivers know events by their ids, and clients sessions by their versions: what was handed out since the backup is not handed out again for something else.
-- A million for each incarnation, so that two restores of one backup differ as well.
SELECT (greatest(incarnation, $3) + 1 - incarnation) * 1000000 AS step FROM rollout_state \gset
SELECT setval(pg_get_serial_sequence('rollout_events', 'id'), (SELECT coalesce(max(id), 0) FROM rollout_events) + :step) \g /dev/null
UPDATE session_records SET version = version + :step, legacy_version = legacy_version + :step WHERE version > 0;
SELECT begin_incarnation('restore_database.sh', $(sql_text "restored from the backup of $(jq -r .taken_at <<<"$2")"), $3, $4);
UPDATE orleansmembershipversiontable SET version = version + 1, changedat = now();
DELETE FROM orleansmembershiptable;
SQL
    ) || return 1
    query -d "$1" ANALYZE || return 1
    printf '%s' "$incarnation"
}
