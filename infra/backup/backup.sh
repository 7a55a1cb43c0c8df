#!/bin/sh
# Makes a backup of the ledger in Redis or Valkey, or removes old ones. Needs no more than sh, gzip and
# sha256sum, and the programs of Redis: those of the container that runs it, or those installed here.
#
#   backup.sh make     a consistent snapshot, checked, compressed, encrypted where a key is given
#   backup.sh prune    remove those older than BACKUP_KEEP_DAYS, never the newest; and the data that a restore
#                      has replaced
#   backup.sh daily    make, then prune
#   backup.sh forever  daily at BACKUP_HOUR (UTC), until stopped
#
# Settings, from the environment, besides those of place.sh:
#   BACKUP_DIR              folder of the backups (./backups)
#   BACKUP_KEEP_DAYS        7 to 30 (14)
#   BACKUP_KEEP_REPLACED_DAYS  how long a restore's before-restore-TIME is kept, 1 to 30 (BACKUP_KEEP_DAYS)
#   BACKUP_DATA             folder that has it, where no container of the server is to be asked
#   BACKUP_USER             name of the Redis user (backup in a container; nobody with BACKUP_REDIS_FLAGS)
#   BACKUP_PASSWORD_FILE    file with its password, where redis-cli runs (/run/secrets/redis_password_backup)
#   BACKUP_AGE_RECIPIENT    public key of age; without it nothing is encrypted
#   BACKUP_COPY_COMMAND     takes a backup off this machine: {file} is its path, {sum} that of its checksum
#   BACKUP_SETTINGS         files that go with a backup (settings.env of a deployed host, and what is in
#                           /etc/bookingopt); only what holds no secret
#   BACKUP_METRICS_FILE     textfile of node_exporter that tells the time of the last good backup
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
folder=${BACKUP_DIR:-backups}
keep_days=${BACKUP_KEEP_DAYS:-14}
keep_replaced_days=${BACKUP_KEEP_REPLACED_DAYS:-$keep_days}
password_file=${BACKUP_PASSWORD_FILE:-/run/secrets/redis_password_backup}
recipient=${BACKUP_AGE_RECIPIENT:-}
# shellcheck source-path=SCRIPTDIR source=place.sh
. "$here/place.sh"

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
    suffix=
    if [ -n "$recipient" ]; then
        suffix=.age
        command -v age >/dev/null || die "BACKUP_AGE_RECIPIENT is set, but age is not installed here"
    fi
    umask 077 # the documents of guests are in it
    mkdir -p "$folder"
    name=
    while [ -z "$name" ] || [ -e "$folder/$name" ]; do
        [ -z "$name" ] || sleep 0.2 # two within a second
        name=bookingopt-$(date -u +%Y%m%dT%H%M%SZ).rdb.gz$suffix
    done
    draft=$(mktemp -d "$folder/.draft.XXXXXX")
    trap 'rm -rf "$draft"' EXIT
    trap 'exit 1' HUP INT TERM

    snapshot >"$draft/snapshot" 2>"$draft/said" || {
        tail -n 3 "$draft/said" >&2
        die "the server gives no snapshot"
    }
    counted=$(check <"$draft/snapshot") || die "nothing is kept: the snapshot did not pass its check"
    gzip -6 -n <"$draft/snapshot" >"$draft/packed"
    settings=$(keep_settings "${name%%.*}.settings.tar.gz$suffix")
    seal "$name"
    rm -rf "$draft"
    trap - EXIT HUP INT TERM
    say "$folder/$name: $counted"
    [ -z "$settings" ] || copy "$folder/$settings"
    copy "$folder/$name"
    tell_metrics
    echo "$folder/$name"
}

# seal NAME: what is packed becomes a file of the folder, encrypted where a key is given.
seal() {
    if [ -n "$recipient" ]; then
        age --encrypt --recipient "$recipient" --output "$draft/$1" "$draft/packed"
    else
        mv "$draft/packed" "$draft/$1"
    fi
    (cd "$draft" && sha256sum "$1" >"$1.sha256")
    sync
    # The checksum first: a backup without one is not taken for whole.
    mv "$draft/$1.sha256" "$folder/$1.sha256"
    mv "$draft/$1" "$folder/$1"
}

# keep_settings NAME: without them a new host would be another one. Prints the name, where there are any.
keep_settings() {
    home=$here/../../..
    files=${BACKUP_SETTINGS:-}
    if [ -z "$files" ] && [ -f "$home/stage.env" ]; then
        files="$home/settings.env /etc/bookingopt/backup.env /etc/bookingopt/status.env"
    fi
    mkdir "$draft/settings"
    for file in $files; do
        [ ! -f "$file" ] || cp "$file" "$draft/settings/"
    done
    [ -n "$(ls "$draft/settings")" ] || return 0
    mv "$draft/packed" "$draft/snapshot.packed"
    tar --create --directory "$draft/settings" . | gzip -n >"$draft/packed"
    seal "$1"
    mv "$draft/snapshot.packed" "$draft/packed"
    echo "$1"
}

copy() {
    [ -n "${BACKUP_COPY_COMMAND:-}" ] || return 0
    command=$(echo "$BACKUP_COPY_COMMAND" | sed -e "s|{file}|\"\$1\"|g" -e "s|{sum}|\"\$1.sha256\"|g")
    sh -c "$command" copy "$1" >&2 || die "$1 is kept here, but the copy command failed"
}

tell_metrics() {
    [ -n "${BACKUP_METRICS_FILE:-}" ] || return 0
    metric=bookingopt_backup_last_success_timestamp_seconds
    # For whoever reads the figures; the backups beside it are for nobody else.
    place=$(dirname "$BACKUP_METRICS_FILE")
    [ -d "$place" ] || mkdir -m 755 "$place"
    {
        echo "# HELP $metric When the last backup was made, checked and copied."
        echo "# TYPE $metric gauge"
        echo "$metric $(date -u +%s)"
    } >"$BACKUP_METRICS_FILE.draft"
    chmod 644 "$BACKUP_METRICS_FILE.draft"
    mv "$BACKUP_METRICS_FILE.draft" "$BACKUP_METRICS_FILE"
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
    newest=$(ours | tail -n 1)
    # What a kill left in the middle of a backup; it is not encrypted.
    find "$folder" -maxdepth 1 -type d -name '.draft.*' -mmin +720 -exec rm -rf {} + 2>/dev/null || true
    ours | while read -r name; do
        stamp=${name#bookingopt-}
        if [ "$name" != "$newest" ] && is_older "${stamp%%.*}" "$keep_days"; then
            say "remove $folder/$name"
            [ -n "${BACKUP_DRY_RUN:-}" ] || rm -f "$folder/$name" "$folder/$name.sha256" "$folder/${name%%.*}".settings.*
        fi
    done
    prune_replaced
}

# is_older STAMP DAYS: whether it tells of a time more than so many days ago.
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

# The names of whole backups, oldest first.
ours() {
    find "$folder" -maxdepth 1 -type f -name 'bookingopt-*' 2>/dev/null | sed 's|.*/||' |
        grep -E '^bookingopt-[0-9]{8}T[0-9]{6}Z\.(rdb|tar)\.gz(\.age)?$' | sort
}

forever() {
    hour=${BACKUP_HOUR:-2}
    hour=${hour#0} # 08 would be no number to the shell
    while :; do
        now=$(date -u +%s)
        next=$((now - now % 86400 + ${hour:-0} * 3600))
        [ "$next" -gt "$now" ] || next=$((next + 86400))
        say "next at $(date -u -d "@$next" +%Y-%m-%dT%H:%MZ)"
        sleep $((next - now)) &
        sleeping=$!
        wait "$sleeping"
        sh "$0" daily || say "failed; tried again tomorrow"
    done
}

case ${1:-} in
make) make ;;
prune) prune ;;
daily)
    make
    prune
    ;;
forever)
    sleeping=
    trap '[ -z "$sleeping" ] || kill "$sleeping"; exit 0' INT TERM
    forever
    ;;
*) die "say make, prune, daily or forever" ;;
esac
