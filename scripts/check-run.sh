#!/usr/bin/env bash
# Checks what `make run` gives a machine without a display: it serves, prints its address, shows the
# page, reads a picture, and ends in order when it is told to.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
log=$folder/log
trap 'rm -rf "$folder"' EXIT
env -u DISPLAY -u WAYLAND_DISPLAY XDG_DATA_HOME="$folder" make run >"$log" 2>&1 &
make=$!

fail() {
    cat "$log" >&2
    echo "check-run: $*" >&2
    exit 1
}

# below PID: the ids of all processes under it, the deepest last.
below() {
    local child
    for child in $(pgrep -P "$1"); do
        echo "$child"
        below "$child"
    done
}

address=
for _ in $(seq 1200); do
    kill -0 $make 2>/dev/null || fail 'make run ended'
    address=$(grep -oEm1 'http://[0-9.]+:[0-9]+' "$log") && break
    sleep 1
done
[ -n "$address" ] || fail 'no address was printed'

curl -fsS --max-time 10 "$address/" | grep -q '<div id="app">' || fail 'no page'
curl -fsS --max-time 60 --data-binary @assets/samples/sign.jpg "$address/api/v1/read" |
    grep -q 'HARBOUR LANE' || fail 'the sample was not read'

server=$(below $make | tail -n 1)
kill -TERM "$server"
wait $make || fail 'it did not end in order'
echo "check-run: $address served the page and read a sample; it ended in order"
