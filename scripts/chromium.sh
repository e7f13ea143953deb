#!/bin/sh
# The browser tests need Debian's Chromium, best the one without windows of its own, which takes
# half the time: install it where that is allowed, else say how.
if [ -n "$CHROMIUM" ] || command -v chromium-headless-shell >/dev/null 2>&1; then
  exit 0
fi
how='apt-get install --no-install-recommends chromium-headless-shell'
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium for the browser tests ..."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  $how -y -qq >/dev/null && exit 0
fi
command -v chromium >/dev/null 2>&1 && exit 0
echo "The browser tests need Chromium. Install it as root with: $how" >&2
echo "or say where one is: make test CHROMIUM=/path/to/chromium" >&2
exit 1
