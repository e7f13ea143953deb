#!/bin/sh
# One test needs Debian's sfacctd: install it where that is allowed. Without it the test is skipped.
if command -v sfacctd >/dev/null 2>&1 || [ -x /usr/sbin/sfacctd ]; then
  exit 0
fi
how='apt-get install --no-install-recommends pmacct'
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing sfacctd for a test of flow records ..."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && $how -y -qq >/dev/null && exit 0
fi
echo "A test is skipped without sfacctd. To have it, as root: $how" >&2
