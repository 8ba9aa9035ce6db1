#!/bin/sh
# Makes the pictures of the documents again: docs/report.png, docs/page.png and docs/search.png from the synthetic run,
# docs/digits.png from the sweep in examples/digits.
#
#     EAHAS_CHROMIUM=chromium sh docs/pictures.sh
set -eu
cd "$(dirname "$0")/.."
: "${EAHAS_CHROMIUM:?set EAHAS_CHROMIUM to a Chromium}"
work=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server"; rm -rf "$work"' EXIT
go build -o "$work/eahas" ./cmd/eahas
go build -o "$work/shoot" ./internal/chromium/shoot
"$work/eahas" run -quiet -out "$work/synthetic"
"$work/shoot" -width 1200 -height 1500 -out docs/report.png "file://$work/synthetic/report.html"
sed "s#bundle: artifacts/synthetic#bundle: $work/synthetic#" examples/search.yaml > "$work/search.yaml"
"$work/eahas" search run -quiet -config "$work/search.yaml" -out "$work/searched"
"$work/shoot" -width 1240 -height 1060 -out docs/search.png "file://$work/searched/report.html"
"$work/eahas" run -quiet -data examples/digits -config examples/digits.yaml -variants auto-quick -out "$work/digits"
"$work/shoot" -width 1200 -height 900 -out docs/digits.png "file://$work/digits/report.html"
"$work/eahas" serve -addr 127.0.0.1:18180 "$work/synthetic" 2> "$work/log" &
server=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
	grep -q '^listening' "$work/log" && break
	sleep 1
done
"$work/shoot" -width 1200 -height 1000 -out docs/page.png http://127.0.0.1:18180/
