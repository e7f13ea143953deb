"""A PostgreSQL of a test's own, which can be stopped and started while others need theirs."""

import os
import shutil
import socket
import subprocess
from pathlib import Path
from tempfile import mkdtemp

import pytest


def find_programs() -> Path:
    """The folder with initdb and pg_ctl; skips where they are not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("no PostgreSQL can be reached (TEST_POSTGRES_URL)")
    return found[-1].parent


class Cluster:
    """Made by the constructor, not started yet. Root lends it to the user postgres."""

    def __init__(self) -> None:
        self._bin = find_programs()
        self._folder = Path(mkdtemp(prefix="portal-postgres-"))
        self._data = str(self._folder / "data")
        if os.getuid() == 0:
            shutil.chown(self._folder, "postgres")
        self._run("initdb", "-D", self._data, "-A", "trust", "-U", "postgres", "-E", "UTF8")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        options = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-w", "-D", self._data, "-l", log, "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-w", "-m", "immediate", "-D", self._data, "stop")

    def remove(self) -> None:
        if (Path(self._data) / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")
