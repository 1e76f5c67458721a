#!/bin/sh
# Makes .venv with a Python 3.12 or newer and installs Louver into it. Uses uv where it is there.
set -eu
cd "$(dirname "$0")/.."

extras=${1:-dev}
stamp=.venv/.louver-setup-$extras
wanted=$(cksum < pyproject.toml)

if [ -x .venv/bin/louver ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi

modern='import sys; sys.exit(sys.version_info < (3, 12))'

find_python() {
    for name in python3.13 python3.14 python3.12 python3 python; do
        if command -v "$name" >/dev/null 2>&1 && "$name" -c "$modern" 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

if command -v uv >/dev/null 2>&1; then
    [ -x .venv/bin/python ] || uv venv --quiet --python '>=3.12' .venv
    echo "Installing Louver and what it needs with uv …"
    uv pip install --quiet --python .venv/bin/python --editable ".[$extras]"
else
    if ! [ -x .venv/bin/python ]; then
        if ! python=$(find_python); then
            echo "louver: no Python 3.12 or newer was found. Install one (or uv, which brings its own), then try again." >&2
            exit 1
        fi
        echo "Making .venv with $("$python" --version) …"
        if ! "$python" -m venv .venv; then
            rm -rf .venv
            echo "louver: '$python -m venv' failed; on Debian and Ubuntu it needs the package python3-venv." >&2
            exit 1
        fi
    fi
    echo "Installing Louver and what it needs …"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[$extras]"
fi
printf '%s' "$wanted" > "$stamp"
