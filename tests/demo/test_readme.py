"""The commands that the README gives run against the demo as they are written there."""

import re
import shlex
from pathlib import Path

import pytest

README = (Path(__file__).resolve().parents[2] / "README.md").read_text()
COMMANDS = re.findall(r"^    flask (.+?)(?: +#.*)?$", README, re.M)
# What needs a file or a feed that only the reader has, or that never ends.
THEIRS = re.compile(r"export\.json|https?://|\.pcap|\.csv|collect|outbox run|db upgrade|demo")


@pytest.fixture
def loaded(runner, app):
    assert runner.invoke(args=["demo", "load"]).exit_code == 0


@pytest.mark.parametrize("command", [one for one in COMMANDS if not THEIRS.search(one)])
def test_a_command_of_the_readme_runs_against_the_demo(runner, loaded, command):
    result = runner.invoke(args=shlex.split(command), input="a long word to enter\n" * 2)

    says_what_is_missing = command == "check" and result.exit_code == 1
    assert result.exit_code == 0 or says_what_is_missing, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_the_readme_names_the_commands_that_matter():
    tried = {one.split()[0] for one in COMMANDS if not THEIRS.search(one)}

    assert {"vlans", "users", "check"} <= tried
