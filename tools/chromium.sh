#!/bin/sh
# Prints the path of a Chromium for the browser tests, installing one where there is none.
set -eu
find_one() {
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
        [ -n "$name" ] && command -v "$name" && return 0
    done
    return 1
}
if find_one; then exit 0; fi
if command -v apt-get >/dev/null; then
    root=""
    [ "$(id -u)" = 0 ] || root="sudo"
    { $root apt-get update -qq && $root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq chromium fonts-noto-cjk; } >&2
    find_one
else
    .venv/bin/python -m playwright install chromium >&2
    .venv/bin/python -c "from playwright.sync_api import sync_playwright as s
with s() as p: print(p.chromium.executable_path)"
fi
