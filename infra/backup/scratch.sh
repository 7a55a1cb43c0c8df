# Read by check.sh and load.sh: a server of its own on a socket, which no other process can reach.
# shellcheck shell=sh

die() {
    echo "backup: $*" >&2
    exit 1
}

program() {
    command -v "redis-$1" || command -v "valkey-$1" || die "redis-$1 is not installed here"
}

# start FOLDER OPTION...: on the data in that folder; returns when they are loaded.
start() {
    scratch_folder=$1
    shift
    sockets=$(mktemp -d "${TMPDIR:-/tmp}/scratch.XXXXXX") # a socket's path must be short
    socket=$sockets/s
    "$(program server)" --port 0 --unixsocket "$socket" --dir "$scratch_folder" --logfile "$sockets/log" \
        --save '' --maxmemory 0 "$@" </dev/null >&2 &
    server=$!
    until [ "$(ask ping 2>&1)" = PONG ]; do
        if ! kill -0 "$server" 2>/dev/null; then
            tail -n 3 "$sockets/log" >&2
            die "a temporary server cannot load the snapshot"
        fi
        sleep 0.1
    done
}

ask() {
    "$(program cli)" -s "$socket" "$@"
}

field() {
    ask info persistence | tr -d '\r' | sed -n "s/^$1://p"
}

census() {
    ask eval "$CENSUS" 0
}

# stop: without writing anything.
stop() {
    ask shutdown nosave >/dev/null 2>&1 || true
    wait "$server" || true
    server=
    rm -rf "$sockets"
}

# end: whatever is still there when the script ends.
end() {
    [ -z "${server:-}" ] || kill "$server" 2>/dev/null || true
    rm -rf "${sockets:-}" "${folder:-}"
}
