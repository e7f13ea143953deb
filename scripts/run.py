"""Run web, sender, collector and (where no relay is set) a mail sink together: `make run`.

One of them that ends takes the others along. Ctrl-C ends all.
"""

import os
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from dotenv import load_dotenv
from honcho.manager import Manager

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
SINK = "127.0.0.1:8025"
SFLOW = 6343


def free_port(
    wanted: int, kind: socket.SocketKind = socket.SOCK_DGRAM, host: str = "127.0.0.1"
) -> int:
    """This port, or another one where it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in (wanted, 0):
        with socket.socket(family, kind) as probe, suppress(OSError):
            if kind is socket.SOCK_STREAM:  # one just left is free: servers think so, too
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            found: int = probe.getsockname()[1]
            return found
    return wanted


def sink_for(environment: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Where the mail sink listens, and the settings that lead web and sender there; empty where a
    relay is set."""
    if environment.get("MAIL_SERVER") or environment.get("MAIL_HOST"):
        return "", {}
    host, _, port = environment.get("MAIL_SINK_LISTEN", SINK).rpartition(":")
    if port.isdigit():
        port = str(free_port(int(port), socket.SOCK_STREAM, host.strip("[]")))
    return f"{host}:{port}", {"MAIL_SERVER": host, "MAIL_PORT": port, "MAIL_SINK": "on"}


def main() -> int:
    """Start what is needed and wait for it."""
    load_dotenv(ROOT / ".env")
    bind = os.environ.get("BIND", "127.0.0.1:8000")
    feed = f"127.0.0.1:{free_port(SFLOW)}"
    processes = {
        "web": f"{BIN}/gunicorn --bind {bind} --no-control-socket wsgi:app",
        "sender": f"{BIN}/flask outbox run",
        "collector": f"{BIN}/flask sessions collect --listen {feed}",
        "traffic": f"{BIN}/flask demo traffic --to {feed}",
    }
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    environment.setdefault("APP_URL", f"http://{bind}")
    if not (ROOT / ".env").exists():  # nobody's own exchange yet
        environment.setdefault("IDENTITY_ORGNAME", "Lantern IX (demo)")
    listen, told = sink_for(environment)
    if listen:
        environment |= told
        processes["sink"] = f"{BIN}/flask outbox sink --listen {listen}"
        print(f"Mail goes to nobody: http://{bind}/caught-mail/ shows what would have left.")
    print(f"Serving at http://{bind} - stop with Ctrl-C", flush=True)
    manager = Manager()
    for name, command in processes.items():
        manager.add_process(name, f"exec {command}", env=environment, cwd=str(ROOT))
    manager.loop()
    return int(manager.returncode or 0)


if __name__ == "__main__":
    sys.exit(main())
