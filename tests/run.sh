#!/usr/bin/env bash
# Run every check: style, types and tests, those in a real browser included.
#
#   tests/run.sh                 everything
#   tests/run.sh -k loss         further arguments go to pytest
#   PYTHON=python3.12 tests/run.sh
#   CHROMIUM=/path/to/chromium tests/run.sh
#
# Needs Python 3.11 or newer, and nothing else: makes a virtual environment in .venv, and finds or
# installs a Chromium.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
exec </dev/null
unset PYTHONPATH PYTHONHOME
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

python=.venv/bin/python
stamp=.venv/requirements.hash

heading() { printf '\n=== %s ===\n' "$*"; }
die() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# within SECONDS COMMAND...: interrupt the command, and everything it started, when its time is up.
within() {
    "$python" - "$@" <<'PYTHON'
import os, signal, subprocess, sys

seconds, command = float(sys.argv[1]), sys.argv[2:]
process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
try:
    sys.exit(process.wait(seconds) and 1)
except (subprocess.TimeoutExpired, KeyboardInterrupt) as reason:
    if isinstance(reason, subprocess.TimeoutExpired):
        print(f"Stopped after {seconds:.0f} seconds: {' '.join(command)}", file=sys.stderr, flush=True)
    for sign, grace in ((signal.SIGINT, 30), (signal.SIGKILL, None)):
        try:
            os.killpg(process.pid, sign)
            process.wait(grace)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    sys.exit(1)
PYTHON
}

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    local name
    if [ -n "${PYTHON:-}" ]; then
        recent "$PYTHON" || die "PYTHON=$PYTHON is not a working Python 3.11 or newer."
        echo "$PYTHON"
        return
    fi
    for name in python3 python3.13 python3.12 python3.11 python; do
        if recent "$name"; then
            echo "$name"
            return
        fi
    done
    die "Python 3.11 or newer is needed; python3 here is: $(python3 --version 2>&1 | head -n 1)"
}

requirements_hash() {
    "$1" -c '
import hashlib, pathlib, sys
digest = hashlib.sha256(repr((sys.version_info[:2], sys.platform)).encode())
for name in ("requirements.txt", "tests/requirements.txt"):
    digest.update(pathlib.Path(name).read_bytes())
print(digest.hexdigest())'
}

# Make .venv, or leave it as it is if it was made from these requirements by this version of Python.
prepare_environment() {
    local base version wanted
    base=$(find_python) || exit 1
    wanted=$(requirements_hash "$base") || exit 1
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && "$python" -c 'import pip' 2>/dev/null && return

    version=$("$base" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    "$base" -c 'import ensurepip, venv' 2>/dev/null ||
        die "Python $version cannot make virtual environments here." \
            "On Debian and Ubuntu: apt-get install python$version-venv"
    echo "Installing the packages of tests/requirements.txt into .venv; this takes a minute or two."
    "$base" -m venv --clear .venv || die "The virtual environment .venv could not be made (see above)."
    "$python" -m pip install --quiet --progress-bar off -r tests/requirements.txt ||
        die "The packages of tests/requirements.txt could not be installed (see above)."
    echo "$wanted" >"$stamp"
}

# Whether the Chromium named (with no name, Playwright's own) starts and shows a page. Some systems put
# a chromium on the PATH that only says where to get one.
shows_a_page() {
    within 60 "$python" -c '
import sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(
        executable_path=sys.argv[1] or None, args=["--no-sandbox", "--disable-gpu"], timeout=45_000
    )
    browser.new_page().set_content("<p>hello</p>")
    browser.close()' "$1" >/dev/null 2>&1
}

# Set CHROMIUM to the first one on the PATH that works.
chromium_on_path() {
    local name path
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        path=$(command -v "$name") || continue
        if shows_a_page "$path"; then
            CHROMIUM=$path
            return 0
        fi
        echo "$path does not start."
    done
    return 1
}

find_chromium() {
    if [ -n "${CHROMIUM:-}" ]; then
        shows_a_page "$CHROMIUM" || die "CHROMIUM=$CHROMIUM does not start."
        return
    fi
    CHROMIUM=
    chromium_on_path && return
    echo "No Chromium on the PATH: asking Playwright for one."
    if within 180 "$python" -m playwright install --only-shell chromium && shows_a_page ""; then
        return
    fi
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Playwright's Chromium cannot be had or does not start: asking apt-get for one."
        export DEBIAN_FRONTEND=noninteractive
        within 120 apt-get update -q && within 300 apt-get install -q -y chromium
        hash -r
        chromium_on_path && return
        # The libraries that came with it may have been all that Playwright's own lacked.
        shows_a_page "" && return
    fi
    die "No Chromium was found and none could be installed: install Chromium or Google Chrome, or set CHROMIUM to its path."
}

heading "Environment"
prepare_environment
"$python" --version
find_chromium
export CHROMIUM
echo "Chromium: ${CHROMIUM:-the one of Playwright}"

failed=()
check() {
    local name=$1
    shift
    heading "$name"
    "$@" || failed+=("$name")
}
check "ruff check" "$python" -m ruff check
check "ruff format" "$python" -m ruff format --check
check "mypy" "$python" -m mypy playground pages app.py
# The whole takes some 13 minutes on two cores, and is to end within 25, whatever hangs; a slow installation still leaves
# the tests five.
left=$((1500 - SECONDS))
check "pytest" within $((left > 300 ? left : 300)) "$python" -m pytest -m "not browser" -n auto --durations=10 "$@"
left=$((1500 - SECONDS))
check "pytest in a browser" within $((left > 300 ? left : 300)) "$python" -m pytest -m browser -n 2 --durations=10 "$@"

if [ ${#failed[@]} -gt 0 ]; then
    printf '\nFailed:'
    printf ' [%s]' "${failed[@]}"
    printf '\n'
    exit 1
fi
printf '\nEverything passed.\n'
