"""`flask contacts import`: planned, applied once, all or nothing; `list` shows what stands."""

import pytest

from app.extensions import db, transaction
from app.models import Contact
from tests.factories import make_interface, make_member, make_vlan


@pytest.fixture
def run(runner, tmp_path):
    make_interface(make_member(64496, "Alpha"), make_vlan("LAN 1"), "192.0.2.1")
    path = tmp_path / "contacts.csv"

    def run(text, *options):
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        result = runner.invoke(args=["contacts", "import", str(path), *options])
        db.session.rollback()
        return result

    return run


def stored():
    rows = db.session.query(Contact).order_by(Contact.email)
    return [(row.kind, row.email, row.phone, row.source) for row in rows]


def test_a_plan_is_shown_and_nothing_changes_until_it_is_applied(run):
    result = run("asn,kind,email\nAS64496,noc,noc@alpha.example\n")

    assert result.stdout.splitlines() == [
        "+ AS64496 Alpha: noc noc@alpha.example",
        "Contacts: 1 added, 0 changed, 0 unchanged, 0 removed.",
        "Dry run: nothing was changed. To do it: --apply",
    ]
    assert stored() == []


@pytest.mark.parametrize(
    "text",
    [
        "asn,kind,email,phone\n64496,noc,a@alpha.example,+44 1\n",
        "\ufeffAS Number;Role;E-Mail;Tel\r\n64496;NOC;a@alpha.example;+44 1\r\n",
    ],
)
def test_commas_semicolons_and_a_byte_order_mark_are_understood_and_it_is_idempotent(run, text):
    first, second = run(text, "--apply"), run(text, "--apply")

    assert first.stdout.endswith("Applied.\n")
    assert second.stdout.endswith("1 unchanged, 0 removed.\nNothing to do.\n")
    assert stored() == [("noc", "a@alpha.example", "+44 1", "operator")]


def test_a_plan_reads_everything_once_and_keeps_nobody_waiting(run, statements):
    lines = "".join(f"64496,noc,{n}@alpha.example,LAN 1\n" for n in range(20))

    with statements() as asked:
        result = run(f"asn,kind,email,vlan\n{lines}64496,noc,0@alpha.example,\n")

    assert "21 added" in result.stdout
    assert sum(sql.startswith("SELECT") for sql in asked) == 3
    assert not any("FOR " in sql or "IMMEDIATE" in sql for sql in asked)


def test_every_bad_line_is_named_and_nothing_is_stored(run):
    result = run(
        "asn,kind,email,vlan\n64496,noc,good@alpha.example,LAN 1\n64499,noc,a@alpha.example,\n"
        "64496,boss,a@alpha.example,\n64496,noc,nobody,\n64496,noc,a@alpha.example,LAN 9\n",
        "--apply",
    )

    assert result.exit_code == 1
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == [
        "! line 3",
        "! line 4",
        "! line 5",
        "! line 6",
        "Error",
    ]
    assert stored() == []


def test_a_phone_alone_is_a_contact_and_a_second_one_is_refused(run):
    good = run("asn,kind,email,phone\n64496,noc,,+44 1\n", "--apply")
    bad = run("asn,kind,email,phone\n64496,noc,,+44 1\n64496,noc,,+44 2\n", "--apply")

    assert "+ AS64496 Alpha: noc +44 1" in good.stdout
    assert stored() == [("noc", "", "+44 1", "operator")]
    assert "! line 3: A member has one contact without e-mail" in bad.stderr


def test_replace_removes_only_what_the_operator_set(run):
    run("asn,kind,email\n64496,noc,old@alpha.example\n", "--apply")
    with transaction() as session:
        owner = session.query(Contact).one().member_id
        session.add(
            Contact(member_id=owner, kind="noc", email="own@alpha.example", source="member")
        )
    run("asn,kind,email\n64496,noc,new@alpha.example\n", "--apply", "--replace")

    assert [email for _, email, _, _ in stored()] == ["new@alpha.example", "own@alpha.example"]


@pytest.mark.parametrize("text", [b"\xff\xfe", b"", b"name,colour\n1,2\n"])
def test_what_is_no_such_file_is_refused(run, text):
    result = run(text)

    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)


def test_contacts_are_listed(run, runner):
    run("asn,kind,email,vlan\n64496,noc,a@alpha.example,LAN 1\n", "--apply")

    assert (
        "AS64496  Alpha     noc    a@alpha.example"
        in runner.invoke(args=["contacts", "list", "--asn", "64496"]).stdout
    )
