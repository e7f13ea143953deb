"""What set-up says on a machine that lacks something, and when a test was skipped."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def check(
    folder: Path, *commands: str, python: str = sys.executable
) -> subprocess.CompletedProcess:
    """Run the check with a PATH that holds these commands only."""
    for command in ("sh", *commands):
        (folder / command).symlink_to(shutil.which(command) or "/bin/false")
    return subprocess.run(
        [str(folder / "sh"), str(ROOT / "scripts" / "check_machine.sh")],
        env={"PATH": str(folder), "PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_machine_with_everything_passes(tmp_path):
    (tmp_path / "npm").write_text("#!/bin/sh\n")
    (tmp_path / "npm").chmod(0o755)

    assert check(tmp_path).returncode == 0


def test_a_missing_npm_is_named_with_its_command(tmp_path):
    answer = check(tmp_path)

    assert answer.returncode == 1
    assert "npm:  apt install npm" in answer.stderr


def test_everything_that_is_missing_is_named_at_once(tmp_path):
    answer = check(tmp_path, python="python-that-is-not-there")

    assert "apt install npm" in answer.stderr
    assert "apt install python3 python3-venv" in answer.stderr


def test_without_a_browser_and_without_permission_it_says_how(tmp_path):
    for command in ("sh", "id"):
        (tmp_path / command).symlink_to(shutil.which(command))
    answer = subprocess.run(
        [str(tmp_path / "sh"), str(ROOT / "scripts" / "chromium.sh")],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 1
    assert "apt-get install --no-install-recommends chromium" in answer.stderr


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("no PostgreSQL can be reached (TEST_POSTGRES_URL)", 0),
        ("because I felt like it", 1),
    ],
)
def test_only_a_listed_skip_lets_a_run_pass(tmp_path, reason, code):
    case = tmp_path / "test_case.py"
    case.write_text(
        f"import pytest\ndef test_a():\n    pytest.skip({reason!r})\ndef test_b():\n    pass\n"
    )

    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", os.devnull, str(case)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == code, answer.stdout
