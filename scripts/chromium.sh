#!/bin/sh
# The browser tests need Debian's Chromium: install it where that is allowed, else say how.
if [ -n "$CHROMIUM" ] || command -v chromium >/dev/null 2>&1; then
  exit 0
fi
how='apt-get install --no-install-recommends chromium'
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium for the browser tests ..."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && $how -y -qq >/dev/null && exit 0
fi
echo "The browser tests need Chromium. Install it as root with: $how" >&2
echo "or say where one is: make test CHROMIUM=/path/to/chromium" >&2
exit 1
