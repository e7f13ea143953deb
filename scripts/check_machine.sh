#!/bin/sh
# Names what set-up needs and this machine lacks, with the command that installs it.
missing=""
python=${PYTHON:-python3}
if ! command -v "$python" >/dev/null 2>&1; then
  missing="$missing\n- Python 3.11 or newer:  apt install python3 python3-venv"
elif ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  missing="$missing\n- Python 3.11 or newer ($python is $("$python" -V 2>&1)):  apt install python3 python3-venv"
elif ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
  missing="$missing\n- Python's venv module:  apt install python3-venv"
fi
command -v npm >/dev/null 2>&1 || missing="$missing\n- npm:  apt install npm"
if [ -n "$missing" ]; then
  printf 'This machine lacks:%b\nInstall it (as root), then run make again.\n' "$missing" >&2
  exit 1
fi
