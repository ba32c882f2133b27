#!/bin/sh
# Makes .venv without uv: python3 -m venv, then pip with the hashes of uv.lock.
set -eu
python="$1"

"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || {
	echo "Python 3.11, 3.12 or 3.13 is needed (Debian: apt-get install python3 python3-venv)" >&2
	exit 1
}
"$python" -m venv .venv || {
	echo "python3 -m venv does not work here (Debian: apt-get install python3-venv)" >&2
	exit 1
}
.venv/bin/python -m pip install --quiet --require-hashes -r deploy/requirements.txt
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
