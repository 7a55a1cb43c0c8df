#!/bin/sh
# Makes a backup of the ledger in Redis or Valkey, or removes old ones. Needs sh, restic, and the programs of
# Redis: those of the container that runs it, or those installed here.
#
#   backup.sh make     a consistent snapshot, checked, into the repository, and into its copy where there is one
#   backup.sh prune    remove those older than BACKUP_KEEP_DAYS, never the newest; and the data that a restore
#                      has replaced
#   backup.sh check    read every byte of the repository, and load the newest backup into a server of its own:
#                      that of the copy, where there is one
#   backup.sh daily    make, then prune, and check once a week
#   backup.sh due      change nothing; exit 0 if a backup is due: at BACKUP_HOUR (UTC), or when the last good one
#                      is older than 25 hours or missing; 1 otherwise
#
# Settings, from the environment, besides those of place.sh:
#   BACKUP_COPY             second repository, off this machine, by restic's own address (backup_copy of the
#                           stage); what its store asks for is set as restic says, such as AWS_ACCESS_KEY_ID
#                           and AWS_SECRET_ACCESS_KEY
#   BACKUP_KEEP_DAYS        7 to 30 (14)
#   BACKUP_HOUR             hour, UTC, of the nightly backup (2)
#   BACKUP_KEEP_REPLACED_DAYS  how long a restore's before-restore-TIME is kept, 1 to 30 (BACKUP_KEEP_DAYS)
#   BACKUP_DATA             folder that has it, where no container of the server is to be asked
#   BACKUP_USER             name of the Redis user (backup in a container; none with BACKUP_REDIS_FLAGS)
#   BACKUP_PASSWORD_FILE    file with its password, where redis-cli runs (/run/secrets/redis_password_backup)
#   BACKUP_SETTINGS         files that go with a backup (settings.env of a deployed host, and what is in
#                           /etc/bookingopt)
#   BACKUP_METRICS_FILE     textfile of node_exporter: when the last good backup was made, copied and checked
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
keep_days=${BACKUP_KEEP_DAYS:-14}
keep_replaced_days=${BACKUP_KEEP_REPLACED_DAYS:-$keep_days}
password_file=${BACKUP_PASSWORD_FILE:-/run/secrets/redis_password_backup}
# shellcheck source-path=SCRIPTDIR source=place.sh
. "$here/place.sh"
copy=${BACKUP_COPY:-}

# Asks the server for a replica's copy: what it held at one instant, without stopping anybody. Behind it
# redis-cli may leave the 40 characters that ended the transfer; no server reads them.
# shellcheck disable=SC2016 # expanded where redis-cli runs
ask_for_snapshot='
    set -eu
    cli=$(command -v redis-cli || command -v valkey-cli || true)
    [ -n "$cli" ] || { echo "redis-cli is not installed here" >&2; exit 1; }
    if [ -r "$2" ]; then REDISCLI_AUTH=$(cat "$2"); VALKEYCLI_AUTH=$REDISCLI_AUTH; export REDISCLI_AUTH VALKEYCLI_AUTH; fi
    exec "$cli" $1 --no-auth-warning --rdb -'

snapshot() {
    if [ -n "$flags" ]; then
        sh -c "$ask_for_snapshot" snapshot "$flags${BACKUP_USER:+ --user $BACKUP_USER}" "$password_file"
    else
        docker exec -i "$redis" sh -c "$ask_for_snapshot" snapshot "--user ${BACKUP_USER:-backup}" "$password_file"
    fi
}

make() {
    find_server
    umask 077 # the documents of guests are in it
    open_repository
    draft=$(mktemp -d "$folder/.draft.XXXXXX")
    trap 'rm -rf "$draft"' EXIT
    trap 'exit 1' HUP INT TERM

    snapshot >"$draft/dump.rdb" 2>"$draft/said" || {
        tail -n 3 "$draft/said" >&2
        die "the server does not return a snapshot"
    }
    counted=$(check_snapshot <"$draft/dump.rdb") || die "no backup was made: the snapshot did not pass its check"
    with=$(keep_settings)
    # Without a parent: each is a file of its own, and what two have in common is stored once all the same.
    (cd "$draft" && restic_of "$RESTIC_REPOSITORY" backup --json --force --host "$project" --tag redis \
        dump.rdb ${with:+"$with"}) >"$draft/said" || die "restic could not store the backup"
    made=$(sed -n 's/.*"snapshot_id":"\([0-9a-f]\{8\}\).*/\1/p' "$draft/said")
    rm -rf "$draft"
    trap - EXIT HUP INT TERM
    say "backup $made in $RESTIC_REPOSITORY: $counted"
    copy_out
    tell_metrics success
    echo "$made"
}

# Create the repository if it does not exist. Remove a lock left by a killed process, but not one in use.
open_repository() {
    mkdir -p "$folder"
    if [ "$RESTIC_REPOSITORY" = "$folder" ] && [ ! -f "$folder/config" ]; then
        restic_of "$RESTIC_REPOSITORY" init || die "$RESTIC_REPOSITORY: no repository could be created"
    fi
    restic_of "$RESTIC_REPOSITORY" unlock || die "$RESTIC_REPOSITORY cannot be opened with $RESTIC_PASSWORD_FILE"
}

copy_out() {
    [ -n "$copy" ] || return 0
    of="--from-repo $RESTIC_REPOSITORY --from-password-file $RESTIC_PASSWORD_FILE"
    # shellcheck disable=SC2086 # several words
    restic_of "$copy" unlock 2>/dev/null || restic_of "$copy" init $of --copy-chunker-params ||
        die "the backup is stored here, but $copy can be neither opened nor created"
    # shellcheck disable=SC2086 # several words
    restic_of "$copy" copy $of --host "$project" || die "the backup is stored here, but not copied to $copy"
    tell_metrics copy
}

# Without them a new host would be another one. Prints the name of their folder, where there are any.
keep_settings() {
    files=${BACKUP_SETTINGS:-}
    if [ -z "$files" ] && [ -n "$home" ]; then
        files="$home/settings.env /etc/bookingopt/backup.env /etc/bookingopt/status.env"
    fi
    for file in $files; do
        [ -r "$file" ] || continue
        mkdir -p "$draft/settings"
        cp "$file" "$draft/settings/"
    done
    [ ! -d "$draft/settings" ] || echo settings
}

# tell_metrics WHAT: that it was done now. The times of the others stay.
tell_metrics() {
    [ -n "${BACKUP_METRICS_FILE:-}" ] || return 0
    # For the reader of the figures; the backups beside it stay private.
    place=$(dirname "$BACKUP_METRICS_FILE")
    [ -d "$place" ] || mkdir -m 755 "$place"
    metric=bookingopt_backup_last_$1_timestamp_seconds
    {
        grep -v "$metric" "$BACKUP_METRICS_FILE" 2>/dev/null || true
        echo "# TYPE $metric gauge"
        echo "$metric $(date -u +%s)"
    } >"$BACKUP_METRICS_FILE.draft"
    chmod 644 "$BACKUP_METRICS_FILE.draft"
    mv "$BACKUP_METRICS_FILE.draft" "$BACKUP_METRICS_FILE"
}

# last_time WHAT: when it was done last, in seconds; empty if that is not known.
last_time() {
    sed -n "s/^bookingopt_backup_last_$1_timestamp_seconds //p" "${BACKUP_METRICS_FILE:-/dev/null}" 2>/dev/null || true
}

check() {
    find_server
    open_repository
    restic_of "$RESTIC_REPOSITORY" check --read-data >&2 || die "$RESTIC_REPOSITORY is damaged"
    if [ -n "$copy" ]; then
        # All of it is read in ten weeks: a store elsewhere may ask money for each byte.
        restic_of "$copy" check --read-data-subset=10% >&2 || die "$copy is damaged"
        RESTIC_REPOSITORY=$copy
    fi
    draft=$(mktemp -d "$folder/.draft.XXXXXX")
    trap 'rm -rf "$draft"' EXIT
    trap 'exit 1' HUP INT TERM
    (umask 077 && read_backup latest /dump.rdb >"$draft/dump.rdb") || die "the newest backup in $RESTIC_REPOSITORY cannot be read"
    counted=$(check_snapshot <"$draft/dump.rdb") || die "the newest backup in $RESTIC_REPOSITORY cannot be restored"
    rm -rf "$draft"
    trap - EXIT HUP INT TERM
    say "$RESTIC_REPOSITORY is intact; the newest backup: $counted"
    tell_metrics check
    keep_trial
}

# For the checklist of the stage, which asks when a restore was tried.
keep_trial() {
    [ -n "$home" ] || return 0
    printf '{"time": "%s", "trial": "restore", "release": "", "failures": 0, "from": "%s"}\n' \
        "$(date -u +%Y-%m-%dT%H:%M:%S+00:00)" "$RESTIC_REPOSITORY" >>"$home/trials.jsonl"
    chown --reference="$home" "$home/trials.jsonl"
}

prune() {
    case $keep_days in
    [7-9] | [12][0-9] | 30) ;;
    *) die "BACKUP_KEEP_DAYS=$keep_days: from 7 to 30 days" ;;
    esac
    case $keep_replaced_days in
    [1-9] | [12][0-9] | 30) ;;
    *) die "BACKUP_KEEP_REPLACED_DAYS=$keep_replaced_days: from 1 to 30 days" ;;
    esac
    # What a kill left in the middle of a backup; it is not encrypted.
    find "$folder" -maxdepth 1 -type d -name '.draft.*' -mmin +720 -exec rm -rf {} + 2>/dev/null || true
    # Backups of before restic kept them.
    find "$folder" -maxdepth 1 -type f -name 'bookingopt-*' -mtime "+$keep_days" 2>/dev/null | while read -r file; do
        say "remove $file"
        [ -n "${BACKUP_DRY_RUN:-}" ] || rm -f "$file"
    done
    for repository in "$RESTIC_REPOSITORY" $copy; do
        forget "$repository"
    done
    prune_replaced
}

# forget REPOSITORY: counted from the newest, which therefore stays.
forget() {
    [ "$1" != "$folder" ] || [ -f "$folder/config" ] || return 0 # there are no backups yet
    restic_of "$1" forget --host "$project" --group-by host,tags --keep-within "${keep_days}d" \
        --prune ${BACKUP_DRY_RUN:+--dry-run} >&2 || die "$1: old backups could not be removed"
}

# is_older STAMP DAYS: whether it is a time more than DAYS days ago.
is_older() {
    oldest=$(date -u -d "@$(($(date +%s) - $2 * 86400))" +%Y%m%dT%H%M%SZ)
    [ "$(printf '%s\n%s\n' "$1" "$oldest" | sort | head -n 1)" = "$1" ]
}

prune_replaced() {
    inside=
    data=${BACKUP_DATA:-}
    if [ -z "$data" ] && [ -z "$flags" ]; then
        running=$(docker ps --quiet --filter "label=com.docker.compose.project=$project" \
            --filter label=com.docker.compose.service=redis 2>/dev/null || true)
        inside=${running:+docker exec $running}
        data=${running:+/data}
    fi
    [ -n "$data" ] || return 0 # there is no server here, only backups
    $inside find "$data" -maxdepth 1 -type d -name 'before-restore-[0-9]*T[0-9]*Z' | while read -r path; do
        stamp=${path##*/before-restore-}
        if is_older "$stamp" "$keep_replaced_days"; then
            say "remove $path"
            [ -n "${BACKUP_DRY_RUN:-}" ] || $inside rm -rf "$path" </dev/null
        fi
    done
}

due() {
    last=$(last_time success)
    if [ -z "$last" ]; then
        last=$(find "$folder/snapshots" -type f -printf '%Ts\n' 2>/dev/null | sort -n | tail -n 1)
    fi
    last=${last:-0}
    age=$(($(date -u +%s) - last))
    hour=$(date -u +%H)
    wanted=${BACKUP_HOUR:-2}
    # 08 is no number to the shell.
    hour=${hour#0} wanted=${wanted#0}
    [ $age -ge 90000 ] || { [ "${hour:-0}" = "${wanted:-0}" ] && [ $age -ge 3600 ]; }
}

# One at a time: two that make the same repository at once would leave one that nothing opens.
case ${1:-} in
make | prune | check | daily)
    if [ -z "${BACKUP_DRY_RUN:-}" ]; then
        (umask 077 && mkdir -p "$folder")
        exec 9>>"$folder/.lock"
        flock 9
    fi
    ;;
esac
case ${1:-} in
make) make ;;
prune) prune ;;
check) check ;;
due) due || exit 1 ;;
daily)
    make
    prune
    last=$(last_time check)
    [ $(($(date -u +%s) - ${last:-0})) -lt 604800 ] || check
    ;;
*) die "give one of: make, prune, check, daily, due" ;;
esac
