#!/bin/sh
# Restores a backup that backup.sh has made, or looks whether it could be restored.
#
#   restore.sh verify [BACKUP]    load it into a server of its own and count; nothing else is touched
#   restore.sh stack [BACKUP]     into the Compose project: api and worker are stopped until it is done
#   restore.sh folder [BACKUP]    into BACKUP_DATA, the folder of a server that is stopped
#   restore.sh settings [BACKUP]  the settings that went with a backup, into BACKUP_HOME and /etc/bookingopt; for
#                                 a host that is to take the place of a lost one, as root
#
# BACKUP is an id that `restic snapshots` shows, or `latest`, as without it; with - the snapshot, or the tar of
# the settings, comes on the standard input, from somebody who can read the repository.
#
# A damaged backup is refused before anything is touched. The data from before are kept in a folder
# before-restore-TIME beside the new ones, until `backup.sh prune` removes them.
#
# Settings, from the environment, besides those of place.sh:
#   BACKUP_DATA             folder of the server's data
#   BACKUP_HOME, BACKUP_ETC folders of the settings (three above this script, /etc/bookingopt)
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
# shellcheck source-path=SCRIPTDIR source=place.sh
. "$here/place.sh"

unpack() {
    read_backup "$backup" "$1" >"$work/$2" || die "backup $backup cannot be read from $RESTIC_REPOSITORY"
}

begin() {
    umask 077
    work=$(mktemp -d "${TMPDIR:-/tmp}/restore.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
}

verify() {
    begin
    unpack /dump.rdb rdb
    counted=$(check_snapshot <"$work/rdb") || die "backup $backup is damaged, or was made by a newer server: see BACKUP_IMAGE"
    say "backup $backup: $counted"
}

load() {
    script=$(cat "$here/scratch.sh" "$here/load.sh")
    if [ -n "$redis" ]; then
        # The server's files keep their owner, whatever user the container starts as.
        owner=$(with_volume 0:0 stat -c %u:%g /data </dev/null)
        with_volume "$owner" sh -c "$script"
    else
        DATA=$BACKUP_DATA sh -c "$script"
    fi
}

# with_volume USER PROGRAM ARGUMENT...: in a container of its own that has the volume of the server.
with_volume() {
    user=$1 program=$2
    shift 2
    docker run --rm -i --network none --cap-drop ALL --security-opt no-new-privileges --tmpfs /tmp \
        --user "$user" --volumes-from "$redis" --env CENSUS --entrypoint "$program" "$BACKUP_IMAGE" "$@"
}

# Those that use the server, in the order in which they are stopped: new jobs are refused first.
users_of_server() {
    # A deployment has them in two projects of their own, one for each color.
    docker ps --filter label=com.docker.compose.service \
        --format '{{.Label "com.docker.compose.service"}} {{.Label "com.docker.compose.project"}} {{.ID}}' | sort |
        while read -r service of id; do
            case $of in "$project" | "$project-blue" | "$project-green") ;; *) continue ;; esac
            case $service in api* | worker*) echo "$id" ;; esac
        done
}

start_again() {
    rm -rf "$work"
    docker start "$redis" >/dev/null
    wait_for_server
    # shellcheck disable=SC2086 # a list
    [ -z "$users" ] || docker start $users >/dev/null
}

wait_for_server() {
    for _ in $(seq 600); do
        case $(docker inspect --format '{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}' "$redis") in
        healthy | running) return 0 ;;
        exited | dead) break ;;
        esac
        sleep 0.2
    done
    say "the server does not become healthy: docker logs $redis"
    return 1
}

into_stack() {
    find_server
    verify
    users=$(users_of_server)
    trap start_again EXIT
    # shellcheck disable=SC2086 # a list
    [ -z "$users" ] || docker stop -t 30 $users >/dev/null
    docker stop -t 60 "$redis" >/dev/null
    loaded=$(load <"$work/rdb") || die "nothing was restored; the stack continues with the data it had"
    trap - EXIT
    start_again
    say "restored: $loaded"
}

into_folder() {
    [ -n "${BACKUP_DATA:-}" ] || die "set BACKUP_DATA to the folder of the server's data"
    redis=
    verify
    loaded=$(load <"$work/rdb") || die "nothing was restored; $BACKUP_DATA is unchanged"
    say "restored: $loaded"
}

# Only files of these names, so that an archive from elsewhere writes nothing else; what they say is shown,
# because a copy command is run.
into_settings() {
    target_home=${BACKUP_HOME:-$here/../../..}
    etc=${BACKUP_ETC:-/etc/bookingopt}
    begin
    unpack /settings settings.tar
    tar --extract --directory "$work" <"$work/settings.tar" || die "the settings of backup $backup are damaged"
    for name in settings.env backup.env status.env; do
        [ -f "$work/settings/$name" ] || continue
        case $name in settings.env) target=$target_home ;; *) target=$etc ;; esac
        (umask 022 && mkdir -p "$target" && touch "$target/$name")
        cat "$work/settings/$name" >"$target/$name" # with owner and mode of what was there
        say "restored $target/$name:"
        sed 's/^/    /' "$work/settings/$name" >&2
    done
}

backup=${2:-latest}
case ${1:-} in
verify) verify ;;
stack) into_stack ;;
folder) into_folder ;;
settings) into_settings ;;
*) die "give verify, stack, folder or settings, and a backup" ;;
esac
