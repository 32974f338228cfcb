#!/bin/sh
# Installs what bench/ compares with: SimPy, in a virtual environment of its own. Needs python3 with venv.
set -eu
cd "$(dirname "$0")/.."
python3 -m venv .tools/bench-peers
.tools/bench-peers/bin/pip install --quiet simpy==4.1.1
.tools/bench-peers/bin/python -c 'import simpy; print("SimPy", simpy.__version__)'
