# shellcheck shell=sh
# Reads a snapshot from the standard input, loads it into a server of its own, and prints the census of
# the ledger in it. Fails, and says why, if the snapshot is damaged or a job in it is not whole.
# Needs the programs of Redis or Valkey in at least the version that made the snapshot.
# Run behind scratch.sh, as one script; the variable CENSUS holds census.lua.
set -eu

folder=$(mktemp -d "${TMPDIR:-/tmp}/check.XXXXXX")
trap end EXIT
trap 'exit 1' HUP INT TERM

cat >"$folder/dump.rdb"
case $(head -c 6 "$folder/dump.rdb" | tr -d '\0') in
REDIS* | VALKEY) ;;
*) die "this is not a snapshot of Redis or Valkey" ;;
esac
"$(program check-rdb)" "$folder/dump.rdb" >"$folder/report" 2>&1 || {
    tail -n 3 "$folder/report" >&2
    die "the snapshot is damaged"
}
start "$folder" --appendonly no --dbfilename dump.rdb
found=$(census)
stop
case $found in
*" faults=0") echo "$found" ;;
*) die "the ledger in the snapshot is incomplete: $found" ;;
esac
