# Read by backup.sh and restore.sh: where the server is, where the programs of Redis run, and where backups
# are: in a repository of restic, which encrypts them.
#
# Settings, from the environment:
#   BACKUP_DIR              folder of the repository (./backups; that of the host where a deployment put this)
#   RESTIC_REPOSITORY       another repository in its place, by restic's own address
#   RESTIC_PASSWORD_FILE    file with its password (infra/secrets/backup_password; the host's own secret)
#   BACKUP_PROJECT          Compose project whose service `redis` it is (bookingopt)
#   BACKUP_REDIS_FLAGS      flags of redis-cli that reach a server, such as "-h 10.0.0.5 -p 6379": then no
#                           container is looked for, and the programs of this machine are used
#   BACKUP_IMAGE            image whose programs check a snapshot (that of the container)
# shellcheck shell=sh disable=SC2154,SC2034 # `here` is the folder of the script that reads this

project=${BACKUP_PROJECT:-bookingopt}
flags=${BACKUP_REDIS_FLAGS:-}
home=$(CDPATH='' cd -- "$here/../../.." && pwd -P)
if [ -f "$home/stage.env" ]; then # a deployment has put this here
    folder=${BACKUP_DIR:-$home/backups}
    RESTIC_PASSWORD_FILE=${RESTIC_PASSWORD_FILE:-$home/secrets/backup_password}
    BACKUP_COPY=${BACKUP_COPY:-$(sed -n 's/^BACKUP_COPY=//p' "$home/stage.env")}
else
    home=
    folder=${BACKUP_DIR:-backups}
    RESTIC_PASSWORD_FILE=${RESTIC_PASSWORD_FILE:-$here/../secrets/backup_password}
fi
case $folder in /*) ;; *) folder=$PWD/$folder ;; esac
case $RESTIC_PASSWORD_FILE in /*) ;; *) RESTIC_PASSWORD_FILE=$PWD/$RESTIC_PASSWORD_FILE ;; esac
RESTIC_REPOSITORY=${RESTIC_REPOSITORY:-$folder}
export RESTIC_PASSWORD_FILE
CENSUS=$(cat "$here/census.lua")
export CENSUS

say() {
    echo "backup: $*" >&2
}

die() {
    say "$@"
    exit 1
}

# What was done by own means before restic did it: nothing of it is passed over without a word.
gone() {
    eval "set_to=\${$1:-}"
    [ -z "$set_to" ] || die "$1 is set, but restic does this now: remove it, and $2"
}
gone BACKUP_AGE_RECIPIENT "keep a copy of the file $RESTIC_PASSWORD_FILE elsewhere"
gone BACKUP_AGE_IDENTITY "set RESTIC_PASSWORD_FILE to the file with the password of the repository"
gone BACKUP_COPY_COMMAND "name a second repository: backup_copy in the stage file, or BACKUP_COPY"

# A cache would be no use beside the repository, and a unit has no home for one.
restic_of() {
    repository=$1
    shift
    command -v restic >/dev/null || die "restic is not installed here"
    [ -r "$RESTIC_PASSWORD_FILE" ] || die "$RESTIC_PASSWORD_FILE: the password of the repository is missing"
    restic --repo "$repository" --no-cache --quiet "$@"
}

# read_backup SNAPSHOT PATH: a file of a backup, or a folder as tar; - for what comes on the standard input.
read_backup() {
    if [ "$1" = - ]; then
        cat
    else
        restic_of "$RESTIC_REPOSITORY" dump --host "$project" --tag redis "$1" "$2"
    fi
}

# containers SERVICE: of the project, running or not.
containers() {
    docker ps --all --quiet --filter "label=com.docker.compose.project=$project" \
        --filter "label=com.docker.compose.service=$1"
}

# The container of the server, or nothing where its programs are not to be run in one.
find_server() {
    redis=
    [ -z "$flags" ] || return 0
    redis=$(containers redis)
    case $redis in
    '') die "no service redis in the Compose project $project: set BACKUP_PROJECT or BACKUP_REDIS_FLAGS" ;;
    *[!0-9a-f]*) die "more than one container runs the service redis of $project" ;;
    esac
    BACKUP_IMAGE=${BACKUP_IMAGE:-$(docker inspect --format '{{.Image}}' "$redis")}
}

# Reads a snapshot from the standard input and prints what is in it, or fails.
check_snapshot() {
    script=$(cat "$here/scratch.sh" "$here/check.sh")
    if [ -n "${BACKUP_IMAGE:-}" ]; then
        docker run --rm -i --network none --cap-drop ALL --security-opt no-new-privileges \
            --env CENSUS --entrypoint sh "$BACKUP_IMAGE" -c "$script"
    else
        sh -c "$script"
    fi
}
