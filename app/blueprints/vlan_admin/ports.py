"""The interfaces of a VLAN: who is connected, with which addresses."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import access
from app.blueprints.vlan_admin.room import bp
from app.clock import now
from app.domain.errors import AppError, Conflict, Invalid, NotFound
from app.services import interface_lines, interfaces, members, vlan_edit
from app.services.interface_lines import NO_INTERFACE, PROTOCOLS, AddressForm, PortLine
from app.web import see_other, toast

HIGHEST_LIMIT = 10_000_000
PORTS = "/<int:vlan_id>/interfaces"
Typed = dict[str, str]


@bp.get(PORTS)
def list_ports(vlan_id: int) -> ResponseReturnValue:
    """Every connection in a VLAN."""
    access.require_superuser()
    form, _ = vlan_edit.get_form(vlan_id)
    ports = interface_lines.list_ports(vlan_id)
    return render_template("vlan_admin/ports.html", vlan_id=vlan_id, vlan=form, ports=ports)


@bp.get(f"{PORTS}/new")
def new_port(vlan_id: int) -> ResponseReturnValue:
    """The form of a new connection."""
    access.require_superuser()
    return _page(vlan_id, None, {"enabled_4": "1", "enabled_6": "1"}, "")


@bp.post(f"{PORTS}/new")
def create_port(vlan_id: int) -> ResponseReturnValue:
    """Connect a member."""
    actor = access.require_superuser()
    typed = dict(request.form.items())
    try:
        member = members.get_typed(typed.get("asn", ""))
        interfaces.create(actor, vlan_id, member.id, _read(typed), now=now())
    except (Invalid, Conflict) as error:
        return _page(vlan_id, None, typed, "", error), error.status
    toast("The interface is there.")
    return see_other(url_for(".list_ports", vlan_id=vlan_id))


@bp.get(f"{PORTS}/<int:interface_id>")
def edit_port(vlan_id: int, interface_id: int) -> ResponseReturnValue:
    """The form of a connection."""
    access.require_superuser()
    line = _port(vlan_id, interface_id)
    return _page(vlan_id, line, _shown(line), line.version)


@bp.post(f"{PORTS}/<int:interface_id>")
def save_port(vlan_id: int, interface_id: int) -> ResponseReturnValue:
    """Change the addresses of a connection."""
    actor = access.require_superuser()
    line = _port(vlan_id, interface_id)
    typed = dict(request.form.items())
    version = request.form.get("version", "")
    try:
        changed = interfaces.save(actor, interface_id, _read(typed), version=version, now=now())
    except interfaces.Changed as error:
        typed = _over(_shown(error.standing), typed, error.touched)
        return _page(vlan_id, line, typed, error.standing.version, error), error.status
    except (Conflict, Invalid) as error:
        return _page(vlan_id, line, typed, version, error), error.status
    toast(f"The interface of {line.member} is saved." if changed else "Nothing was changed.")
    return see_other(url_for(".list_ports", vlan_id=vlan_id))


@bp.post(f"{PORTS}/<int:interface_id>/connected")
def set_connected(vlan_id: int, interface_id: int) -> ResponseReturnValue:
    """Disconnect a connection, or connect it again."""
    actor = access.require_superuser()
    line = _port(vlan_id, interface_id)
    on = request.form.get("on") == "1"
    interfaces.set_connected(actor, interface_id, on, now=now())
    toast(f"{line.member} is {'connected' if on else 'disconnected'}.")
    return see_other(url_for(".list_ports", vlan_id=vlan_id))


def _port(vlan_id: int, interface_id: int) -> PortLine:
    line = interface_lines.get_port(interface_id)
    if line.vlan_id != vlan_id:
        raise NotFound(NO_INTERFACE)
    return line


def _read(typed: Typed) -> dict[int, AddressForm]:
    return {
        protocol: AddressForm(
            typed.get(f"address_{protocol}", ""),
            f"enabled_{protocol}" in typed,
            f"rs_client_{protocol}" in typed,
            _limit(typed.get(f"max_prefix_{protocol}", ""), f"max_prefix_{protocol}"),
        )
        for protocol in PROTOCOLS
    }


def _limit(text: str, field: str) -> int | None:
    word = text.strip()
    if not word:
        return None
    digits = word.lstrip("0") if word.isascii() and word.isdigit() else ""
    if not (0 < len(digits) <= len(str(HIGHEST_LIMIT)) and int(digits) <= HIGHEST_LIMIT):
        raise Invalid(f"A max-prefix is a number from 1 to {HIGHEST_LIMIT:,}, or empty.", field)
    return int(digits)


def _shown(line: PortLine) -> Typed:
    typed: Typed = {}
    for protocol, form in line.addresses.items():
        typed[f"address_{protocol}"] = form.address
        typed[f"max_prefix_{protocol}"] = str(form.max_prefix or "")
        for flag in ("enabled", "rs_client"):
            if getattr(form, flag):
                typed[f"{flag}_{protocol}"] = "1"
    for protocol in PROTOCOLS:
        if protocol not in line.addresses:
            typed[f"enabled_{protocol}"] = "1"  # for an address that is typed now
    return typed


def _over(stands: Typed, typed: Typed, touched: list[str]) -> Typed:
    """What stands, and over it what was typed in these fields; an empty box sends nothing."""
    rest = {name: text for name, text in stands.items() if name not in touched}
    return rest | {name: typed[name] for name in touched if name in typed}


def _page(
    vlan_id: int, line: PortLine | None, typed: Typed, version: str, problem: AppError | None = None
) -> str:
    form, _ = vlan_edit.get_form(vlan_id)
    return render_template(
        "vlan_admin/port.html",
        vlan_id=vlan_id,
        vlan=form,
        line=line,
        typed=typed,
        version=version,
        problem=problem,
        unchecked=[n for n in PROTOCOLS if not any((":" in p) is (n == 6) for p in form.prefixes)],
    )
