"""Which infrastructures and VLANs an export means."""

from collections.abc import Iterable

from app.domain.errors import Invalid
from app.domain.ixf.document import Document, Exchange, Lan
from app.domain.ixf.snapshot import KnownInfrastructure, KnownVlan, Snapshot
from app.domain.ixf.steps import Change, InfrastructureStep, VlanStep


def infrastructure_steps(
    snapshot: Snapshot, document: Document, wanted: str | None
) -> list[InfrastructureStep]:
    """The exchanges to import, each with the infrastructure it is.

    That is the one of the same name, else the one with its id in the IX-F database, because
    exchanges are renamed. A `wanted` name that the export does not know is a name only: one
    who gives it means no other infrastructure. Raises Invalid when `wanted` does not fit.
    """
    chosen = _chosen(document, wanted)
    by_name = {known.name.casefold(): known for known in snapshot.infrastructures}
    found = {name: by_name.get(name.casefold()) for _, name in chosen}
    taken = {known.id for known in found.values() if known}
    for exchange, name in chosen:
        own_name = wanted is None or wanted.casefold() in _names_of(exchange)
        if found[name] is None and own_name:
            found[name] = _by_ixf_id(snapshot, exchange, taken)
    steps = [_infrastructure(exchange, name, found[name]) for exchange, name in chosen]
    if wanted is None:
        for step in steps:
            _check_not_renamed(snapshot, document, step)
    return steps


def _check_not_renamed(snapshot: Snapshot, document: Document, step: InfrastructureStep) -> None:
    """An exchange under a new name would have every address of its members a second time."""
    if step.known is not None:
        return
    told = [
        (network.asn, address.text)
        for network in document.networks
        for connection in network.connections
        if connection.lan[0] == step.exchange.ixp_id
        for address in connection.addresses
    ]
    same = [homes[pair] for pair in told if pair in (homes := snapshot.homes)]
    if same and len(same) > len(told) / 2:
        old = max(set(same), key=same.count)
        raise Invalid(
            f"The exchange “{step.name}” would be new, but {len(same)} of its {len(told)} "
            f"addresses are those of the same members at “{old}”. If that is its name here, "
            f"import with --infrastructure '{old}'; if it is another exchange, give it its own "
            f"name: --infrastructure '{step.name}'."
        )


def _by_ixf_id(
    snapshot: Snapshot, exchange: Exchange, taken: set[int]
) -> KnownInfrastructure | None:
    for known in snapshot.infrastructures:
        if exchange.ixf_id and known.ixf_id == exchange.ixf_id and known.id not in taken:
            taken.add(known.id)
            return known
    return None


def _infrastructure(
    exchange: Exchange, name: str, known: KnownInfrastructure | None
) -> InfrastructureStep:
    new = exchange.ixf_id if known is None or known.ixf_id is None else None
    return InfrastructureStep(exchange, name, known, new)


def _chosen(document: Document, wanted: str | None) -> list[tuple[Exchange, str]]:
    """The exchanges to import, with the names of their infrastructures."""
    exchanges = document.exchanges
    if not exchanges:
        raise Invalid("This export lists no exchange and no member is connected to one.")
    if wanted is None:
        return list(zip(exchanges, _distinct(exchanges), strict=True))
    same = [exchange for exchange in exchanges if wanted.casefold() in _names_of(exchange)]
    if len(same) == 1:
        return [(same[0], same[0].name)]
    if len(exchanges) == 1:
        return [(exchanges[0], wanted)]
    listed = ", ".join(f"“{exchange.name}”" for exchange in exchanges)
    if same:
        raise Invalid(f"This export has several exchanges “{wanted}”. It has {listed}.")
    raise Invalid(f"This export has no exchange “{wanted}”. It has {listed}.")


def _names_of(exchange: Exchange) -> tuple[str, str]:
    return exchange.name.casefold(), exchange.long_name.casefold()


def _distinct(exchanges: Iterable[Exchange]) -> list[str]:
    """Names of infrastructures, made different where an export repeats one."""
    names: dict[str, str] = {}
    for exchange in exchanges:
        name = exchange.name
        if name.casefold() in names:
            name = f"{name} ({exchange.ixp_id})"
        names[name.casefold()] = name
    return list(names.values())


def vlan_steps(snapshot: Snapshot, home: InfrastructureStep) -> list[VlanStep]:
    """The VLANs of an exchange, and those that earlier exports had and this one has not.

    A VLAN is recognised by its id in the export, else by its name: ids change when an exchange
    moves to other software.
    """
    here = snapshot.vlans_of(home.known.id) if home.known else []
    found = _recognised(home.exchange, here)
    used = {vlan.id for vlan in found.values()}
    rest = [vlan for vlan in here if vlan.id not in used]
    taken = {vlan.name for vlan in rest}
    steps = []
    for lan in home.exchange.lans:
        known = found.get(lan.ixf_id)
        name = _free_name(lan, known, taken)
        taken.add(name)
        steps.append(VlanStep(lan, name, known, _changes(lan, name, known) if known else {}))
    return steps + [
        VlanStep(Lan(home.exchange.ixp_id, vlan.ixf_id, vlan.name), vlan.name, vlan, gone=True)
        for vlan in rest
        if vlan.ixf_id is not None and snapshot.came_from_export(vlan.id)
    ]


def _recognised(exchange: Exchange, here: list[KnownVlan]) -> dict[int, KnownVlan]:
    """The known VLANs, by the id that the export has for them now."""
    ids = {lan.ixf_id for lan in exchange.lans}
    found = {vlan.ixf_id: vlan for vlan in here if vlan.ixf_id in ids and vlan.ixf_id is not None}
    by_name = {vlan.name.casefold(): vlan for vlan in here if vlan.ixf_id not in ids}
    for lan in exchange.lans:
        if lan.ixf_id not in found and (vlan := by_name.pop(lan.name.casefold(), None)):
            found[lan.ixf_id] = vlan
    return found


def _free_name(lan: Lan, known: KnownVlan | None, taken: set[str]) -> str:
    """The name in the export, unless it gives none or another VLAN of the infrastructure has
    it."""
    if lan.name not in taken and (lan.named or known is None):
        return lan.name
    if known and known.name not in taken:
        return known.name
    return f"{lan.name} ({lan.ixf_id})"


def _changes(lan: Lan, name: str, known: KnownVlan) -> dict[str, Change]:
    changes: dict[str, Change] = {}
    if known.name != name:
        changes["name"] = (known.name, name)
    if known.ixf_id != lan.ixf_id:
        changes["ixf_vlan_id"] = (known.ixf_id, lan.ixf_id)
    given = {protocol for protocol, _ in lan.prefixes}
    wanted = {p for p in known.prefixes if p[0] not in given} | set(lan.prefixes)
    if wanted != known.prefixes:
        changes["prefixes"] = (known.prefixes, frozenset(wanted))
    return changes
