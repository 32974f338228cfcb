#!/usr/bin/env bash
# Builds the k6 pinned in tools/k6/go.mod into .tools/bin/k6. Does nothing when that version is already there.
# Needs Go (1.25 or later) and, the first time, the Go module proxy. Takes 1 to 3 minutes.
set -euo pipefail

root="$(cd "$(dirname "$0")/.." && pwd)"
k6="$root/.tools/bin/k6"
# The pin may stand in a block (`go.k6.io/k6/v2 v2.1.0`) or on a line of its own (`require go.k6.io/k6/v2 v2.1.0`).
wanted="$(sed -nE 's#^(require)?[[:space:]]*go\.k6\.io/k6/v2 (v[0-9.]+).*#\2#p' "$root/tools/k6/go.mod")"

if [[ -z "$wanted" ]]; then
  echo "build-k6: tools/k6/go.mod does not name a version of go.k6.io/k6/v2" >&2
  exit 1
fi
if [[ -x "$k6" && "$("$k6" version)" == "k6 $wanted "* ]]; then
  echo "k6 $wanted is already in .tools/bin"
  exit 0
fi
if ! command -v go >/dev/null; then
  echo "build-k6: Go is not installed. Get it from https://go.dev/dl/ (1.25 or later), then run this again." >&2
  exit 1
fi

echo "Building k6 $wanted into .tools/bin (1 to 3 minutes) ..."
mkdir -p "$root/.tools/bin"
# Built beside its place and moved there, so that a run cut short leaves no half-written program.
(cd "$root/tools/k6" && CGO_ENABLED=0 go build -trimpath -mod=readonly -o "$k6.new" go.k6.io/k6/v2)
mv "$k6.new" "$k6"
"$k6" version
