#!/bin/sh
# Restores a backup that backup.sh has made, or looks whether it could be restored.
#
#   restore.sh verify FILE    load it into a server of its own and count; nothing else is touched
#   restore.sh stack FILE     into the Compose project: api and worker are stopped until it is done
#   restore.sh folder FILE    into BACKUP_DATA, the folder of a server that is stopped
#   restore.sh settings FILE  the settings that went with a backup, into BACKUP_HOME and /etc/bookingopt; for
#                             a host that is to take the place of a lost one, as root
#
# A damaged file is refused before anything is touched. The data from before are kept in a folder
# before-restore-TIME beside the new ones, until `backup.sh prune` removes them.
#
# Settings, from the environment, besides those of place.sh:
#   BACKUP_DATA             folder of the server's data
#   BACKUP_HOME, BACKUP_ETC folders of the settings (three above this script, /etc/bookingopt)
#   BACKUP_AGE_IDENTITY     file with the private key of age, for an encrypted backup
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
# shellcheck source-path=SCRIPTDIR source=place.sh
. "$here/place.sh"

unpack() {
    [ -f "$file" ] || die "$file: no such file"
    [ -f "$file.sha256" ] || die "$file.sha256 is missing: without its checksum nobody knows whether $file is whole"
    (cd "$(dirname "$file")" && sha256sum --check --status "$(basename "$file").sha256") ||
        die "$file is damaged: it does not match its checksum. Take an older backup"
    case $file in
    *."$1".gz.age)
        [ -r "${BACKUP_AGE_IDENTITY:-}" ] || die "$file is encrypted: set BACKUP_AGE_IDENTITY to the file of the key"
        age --decrypt --identity "$BACKUP_AGE_IDENTITY" --output "$work/packed" "$file" ||
            die "$file cannot be decrypted with this key"
        ;;
    *."$1".gz) cp "$file" "$work/packed" ;;
    *) die "$file: the name of such a backup ends with .$1.gz or .$1.gz.age" ;;
    esac
    gzip -dc <"$work/packed" >"$work/$1" || die "$file is damaged"
}

begin() {
    umask 077
    work=$(mktemp -d "${TMPDIR:-/tmp}/restore.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
}

verify() {
    begin
    unpack rdb
    counted=$(check <"$work/rdb") || die "$file is damaged, or was made by a newer server: see BACKUP_IMAGE"
    say "$file: $counted"
}

load() {
    script=$(cat "$here/scratch.sh" "$here/load.sh")
    if [ -n "$redis" ]; then
        # The server's files keep their owner, whoever the container begins as.
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
    loaded=$(load <"$work/rdb") || die "nothing was restored; the stack goes on with what it had"
    trap - EXIT
    start_again
    say "restored: $loaded"
}

into_folder() {
    [ -n "${BACKUP_DATA:-}" ] || die "set BACKUP_DATA to the folder of the server's data"
    redis=
    verify
    loaded=$(load <"$work/rdb") || die "nothing was restored; $BACKUP_DATA is as it was"
    say "restored: $loaded"
}

# Only files of these names, so that an archive from elsewhere writes nothing else; what they say is shown,
# because a copy command is run.
into_settings() {
    home=${BACKUP_HOME:-$here/../../..}
    etc=${BACKUP_ETC:-/etc/bookingopt}
    begin
    unpack settings.tar
    mkdir "$work/settings"
    tar --extract --directory "$work/settings" <"$work/settings.tar" || die "$file is damaged"
    for name in settings.env backup.env status.env; do
        [ -f "$work/settings/$name" ] || continue
        case $name in settings.env) target=$home ;; *) target=$etc ;; esac
        (umask 022 && mkdir -p "$target" && touch "$target/$name")
        cat "$work/settings/$name" >"$target/$name" # with owner and mode of what was there
        say "restored $target/$name:"
        sed 's/^/    /' "$work/settings/$name" >&2
    done
}

file=${2:-}
case ${1:-} in
verify) verify ;;
stack) into_stack ;;
folder) into_folder ;;
settings) into_settings ;;
*) die "say verify, stack, folder or settings, and the file" ;;
esac
