# shellcheck shell=sh
# Reads a snapshot that check.sh has passed from the standard input, and makes it the data of a server that
# is stopped. What was there before is kept in a folder beside it. Prints the census of the new data.
#
# A server with `appendonly yes` starts from its append-only files and ignores dump.rdb. So the snapshot is
# loaded by a server of its own, which rewrites the append-only files; they are loaded and counted once
# more, and only then change places with the old ones.
# Run behind scratch.sh, as one script; the variable CENSUS holds census.lua, and DATA the folder.
set -eu

data=${DATA:-/data}
[ -d "$data" ] || die "$data: no such folder"
for process in /proc/[0-9]*; do
    if [ "$(readlink "$process/cwd" 2>/dev/null)" = "$(cd "$data" && pwd -P)" ] &&
        grep -q server "$process/comm" 2>/dev/null; then
        die "a server uses $data: stop it first"
    fi
done
stamp=$(date -u +%Y%m%dT%H%M%SZ)
folder=$(mktemp -d "$data/restore.XXXXXX")
trap end EXIT
trap 'exit 1' HUP INT TERM

cat >"$folder/dump.rdb"
start "$folder" --appendonly no --dbfilename dump.rdb
before=$(census)
[ "$(ask config set appendonly yes)" = OK ] || die "the append-only files cannot be written"
until [ "$(field aof_rewrite_in_progress) $(field aof_rewrite_scheduled)" = "0 0" ]; do
    sleep 0.1
done
[ "$(field aof_last_bgrewrite_status)" = ok ] || die "the append-only files cannot be written"
stop

# Finished jobs may reach the end of their time between the two counts; what lasts must not change.
start "$folder" --appendonly yes --dbfilename none.rdb
after=$(census)
stop
lasting() {
    echo "$1" | tr ' ' '\n' | grep -E '^(lasting|queued|running|faults)='
}
[ "$(lasting "$before")" = "$(lasting "$after")" ] || die "loaded $before, but read back $after"

if [ "$(id -u)" = 0 ]; then
    chown -R --reference="$data" "$folder"
fi
kept=$data/before-restore-$stamp
put_back() {
    rm -rf "$data/appendonlydir" "$data/dump.rdb"
    mv "$kept"/* "$data/" && rmdir "$kept"
    end
}
mkdir "$kept"
trap put_back EXIT
for item in "$data"/*; do
    case ${item##*/} in
    before-restore-* | "${folder##*/}" | lost+found) ;;
    *) mv "$item" "$kept/" ;;
    esac
done
mv "$folder"/* "$data/"
trap end EXIT
rmdir "$kept" 2>/dev/null || true # there was nothing before
sync
echo "$after"
