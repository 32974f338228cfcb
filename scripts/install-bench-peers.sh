#!/bin/sh
# Installs what bench/ compares with, into .tools/bench-peers: SimPy in a virtual environment of its own (needs python3 with venv), and
# Artillery (needs npm, and 600 MB). k6 comes from scripts/build-k6.sh; the C programs are built by the bench.
# Quick when all is there.
set -eu
cd "$(dirname "$0")/.."
simpy=4.1.1
# The last version that runs on the Node that flashcrowd asks for.
artillery=2.0.21

peers=.tools/bench-peers
installed() { node -p 'require(process.argv[1]).version' "$PWD/$peers/node_modules/artillery/package.json" 2>/dev/null || true; }

[ -x "$peers/bin/python" ] || python3 -m venv "$peers"
"$peers/bin/pip" install --quiet "simpy==$simpy"
"$peers/bin/python" -c 'import simpy; print("SimPy", simpy.__version__)'
# Without install scripts: they fetch programs that the bench does not use.
[ "$(installed)" = "$artillery" ] ||
  npm install --prefix "$peers" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error "artillery@$artillery"
echo "Artillery $(installed)"
