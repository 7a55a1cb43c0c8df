# Read by backup.sh and restore.sh: where the server is, and where the programs of Redis run.
#
# Settings, from the environment:
#   BACKUP_PROJECT          Compose project whose service `redis` it is (bookingopt)
#   BACKUP_REDIS_FLAGS      flags of redis-cli that reach a server, such as "-h 10.0.0.5 -p 6379": then no
#                           container is looked for, and the programs of this machine are used
#   BACKUP_IMAGE            image whose programs check a snapshot (that of the container)
# shellcheck shell=sh disable=SC2154 # `here` is the folder of the script that reads this

project=${BACKUP_PROJECT:-bookingopt}
flags=${BACKUP_REDIS_FLAGS:-}
CENSUS=$(cat "$here/census.lua")
export CENSUS

say() {
    echo "backup: $*" >&2
}

die() {
    say "$@"
    exit 1
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
    *[!0-9a-f]*) die "more than one container is the service redis of $project" ;;
    esac
    BACKUP_IMAGE=${BACKUP_IMAGE:-$(docker inspect --format '{{.Image}}' "$redis")}
}

# Reads a snapshot from the standard input and prints what is in it, or fails.
check() {
    script=$(cat "$here/scratch.sh" "$here/check.sh")
    if [ -n "${BACKUP_IMAGE:-}" ]; then
        docker run --rm -i --network none --cap-drop ALL --security-opt no-new-privileges \
            --env CENSUS --entrypoint sh "$BACKUP_IMAGE" -c "$script"
    else
        sh -c "$script"
    fi
}
