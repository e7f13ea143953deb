"""Run web, sender, collector and (where no relay is set) a mail sink together: `make run`.

One of them that ends takes the others along. Ctrl-C ends all.
"""

import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

from dotenv import load_dotenv
from honcho.manager import Manager

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
SINK = "127.0.0.1:8025"
SFLOW = 6343


def free_port(wanted: int) -> int:
    """This UDP port, or another one where it is taken."""
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found: int = probe.getsockname()[1]
            return found
    return wanted


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
    if not (environment.get("MAIL_SERVER") or environment.get("MAIL_HOST")):
        listen = environment.get("MAIL_SINK_LISTEN", SINK)
        host, _, port = listen.rpartition(":")
        environment |= {"MAIL_SERVER": host, "MAIL_PORT": port, "MAIL_SINK": "on"}
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
