#!/usr/bin/env bash
# Builds the chat servers of the tests into .tools/bin: the NATS server pinned in tools/nats/go.mod, and the server of Centrifugo's protocol
# in tools/centrifuge. Quick when they are there and nothing changed. Needs Go (1.26 or later) and, the first time, the Go module proxy.
set -euo pipefail

root="$(cd "$(dirname "$0")/.." && pwd)"
mkdir -p "$root/.tools/bin"

# build NAME FOLDER PACKAGE: does nothing when the program was built from the same files.
build() {
  local program="$root/.tools/bin/$1" folder="$root/tools/$2" made_of
  made_of="$(cat "$folder"/* | sha256sum | cut -d ' ' -f 1)"
  if [[ -x "$program" && "$(cat "$program.made-of" 2>/dev/null)" == "$made_of" ]]; then
    echo "$1 is already in .tools/bin"
    return
  fi
  if ! command -v go >/dev/null; then
    echo "build-chat-servers: Go is not installed. Get it from https://go.dev/dl/ (1.26 or later), then run this again." >&2
    exit 1
  fi
  echo "Building $1 into .tools/bin (about a minute) ..."
  # Built beside its place and moved there, so that a run cut short leaves no half-written program.
  (cd "$folder" && CGO_ENABLED=0 go build -trimpath -mod=readonly -o "$program.new" "$3")
  mv "$program.new" "$program"
  echo "$made_of" >"$program.made-of"
}

build nats-server nats github.com/nats-io/nats-server/v2
build centrifuge centrifuge .
