#!/usr/bin/env bash
# Installs what the whole test suite needs beyond Node: Debian packages, and k6 and chat servers (built from source).
# Safe to run again; quick when all is there. Needs root (or sudo) only when a package is missing.
set -euo pipefail

# Debian package : the program it brings. Debian keeps the servers of PostgreSQL off the PATH, one folder a version.
packages=(
  chromium:chromium
  redis-server:redis-server
  postgresql:postgres
  mosquitto:mosquitto
  nginx:nginx
  ffmpeg:ffmpeg
)
# Debian keeps servers where a user who is not root may not look.
PATH="$PATH:/usr/sbin"

has_program() {
  command -v "$1" >/dev/null || { [[ $1 == postgres ]] && compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }
}

root="$(cd "$(dirname "$0")/.." && pwd)"
missing=()
for entry in "${packages[@]}"; do
  has_program "${entry#*:}" || missing+=("${entry%%:*}")
done

if ((${#missing[@]} > 0)); then
  if ! command -v apt-get >/dev/null; then
    echo "install-test-deps: this is no Debian or Ubuntu; please install yourself: ${missing[*]}" >&2
    exit 1
  fi
  as_root=()
  ((EUID == 0)) || as_root=(sudo)
  install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends -qq)
  # Debian starts a server as soon as it is installed. The tests start their own, and nothing may listen that nobody asked for.
  policy=/usr/sbin/policy-rc.d
  if [[ ! -e $policy ]]; then
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
  fi
  echo "Installing ${missing[*]} ..."
  # The package list is fetched only when it is missing or too old to name the packages.
  "${install[@]}" "${missing[@]}" || {
    "${as_root[@]}" apt-get update -qq
    "${install[@]}" "${missing[@]}"
  }
fi

"$root/scripts/build-k6.sh"
"$root/scripts/build-chat-servers.sh"

# A shop for the tests, with the packages of its own lock file: 171 MB from the npm registry. Nothing is built, and no script is run.
install_vendure() {
  local folder="$root/test/vendure" made_of
  made_of="$(sha256sum <"$folder/package-lock.json" | cut -d ' ' -f 1)"
  if [[ "$(cat "$folder/node_modules/.made-of" 2>/dev/null)" == "$made_of" ]]; then
    echo "Vendure is already in test/vendure"
    return
  fi
  echo "Installing Vendure into test/vendure (about a minute) ..."
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  echo "$made_of" >"$folder/node_modules/.made-of"
}
install_vendure
