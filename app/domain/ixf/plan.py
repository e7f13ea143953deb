"""What an import would change: the difference between a snapshot and an export."""

from collections import defaultdict

from app.domain.ixf.disputes import left_to_holders
from app.domain.ixf.document import Address, Connection, Document, Network, VlanKey
from app.domain.ixf.fields import address_changes, member_step
from app.domain.ixf.homes import infrastructure_steps, vlan_steps
from app.domain.ixf.snapshot import KnownAddress, KnownInterface, KnownMember, Snapshot
from app.domain.ixf.steps import AddressStep, InterfaceStep, MemberStep, Plan, Step


def make_plan(snapshot: Snapshot, document: Document, infrastructure: str | None = None) -> Plan:
    """Compare; nothing is changed.

    `infrastructure` names the entry of `ixp_list` to import, or the infrastructure to import
    an export of a single exchange into. Raises Invalid when neither fits.
    """
    return _Planning(snapshot, document, infrastructure).plan


class _Planning:
    def __init__(self, snapshot: Snapshot, document: Document, infrastructure: str | None) -> None:
        self.snapshot = snapshot
        self.plan = Plan(document)
        self.claimed: set[int] = set()  # interfaces that the export still has
        self.listed = {network.asn for network in document.networks}
        self.plan.infrastructures = infrastructure_steps(snapshot, document, infrastructure)
        for home in self.plan.infrastructures:
            self.plan.vlans += vlan_steps(snapshot, home)
        self.vlan_ids = {v.lan.key: v.known.id for v in self.plan.vlans if v.known}
        self.lan_of = {vlan_id: key for key, vlan_id in self.vlan_ids.items()}
        self.keys = {step.lan.key for step in self.plan.vlans}
        networks = left_to_holders(document.networks, document.disputed, self._holder)
        self.wanted = {
            (c.lan, a.text) for n in networks for c in n.connections for a in c.addresses
        }
        for network in sorted(networks, key=lambda n: n.asn):
            self._network(network)
        self._leaves()

    # -- members ----------------------------------------------------------------------------

    def _network(self, network: Network) -> None:
        connections = sorted((c for c in network.connections if c.lan in self.keys), key=_rank)
        known = self.snapshot.member_for(network.asn)
        if not connections:
            return  # not at these exchanges, or nothing of it could be read
        owned = [(self._owner(network, known, c), c) for c in connections]
        if any(owner is known for owner, _ in owned):
            step = member_step(network, known)
            self.plan.members += [step] if step else []
        rest: dict[tuple[int | None, VlanKey], list[Connection]] = defaultdict(list)
        for owner, connection in owned:
            interface = self._by_address(connection, owner)
            if interface:
                self._keep(network, interface, connection)
            else:
                rest[owner.id if owner else None, connection.lan].append(connection)
        for (member_id, lan), waiting in rest.items():
            self._rest(network, member_id, lan, waiting)

    def _owner(
        self, network: Network, known: KnownMember | None, connection: Connection
    ) -> KnownMember | None:
        """Where an operator split an ASN, a connection stays with the member that has it."""
        for address in connection.addresses:
            held = self._live(connection.lan, address.text)
            if held and (holder := self.snapshot.members[held.member_id]).asn == network.asn:
                return holder
        return known

    # -- connections ------------------------------------------------------------------------

    def _live(self, lan: VlanKey, text: str) -> KnownAddress | None:
        vlan_id = self.vlan_ids.get(lan)
        return self.snapshot.live.get((vlan_id, text)) if vlan_id is not None else None

    def _holder(self, lan: VlanKey, text: str) -> int | None:
        held = self._live(lan, text)
        return self.snapshot.members[held.member_id].asn if held else None

    def _by_address(
        self, connection: Connection, owner: KnownMember | None
    ) -> KnownInterface | None:
        for address in connection.addresses:
            held = self._live(connection.lan, address.text)
            if held and owner and held.member_id == owner.id:
                if held.interface_id in self.claimed:
                    continue
                return self.snapshot.interfaces[held.interface_id]
        return None

    def _rest(
        self, network: Network, member_id: int | None, lan: VlanKey, waiting: list[Connection]
    ) -> None:
        """Connections without a known address: renumbered ones, told by their MAC addresses,
        then in order; what is left over is new."""
        vlan_id = self.vlan_ids.get(lan)
        free = [i for i in self.snapshot.on(member_id, vlan_id) if i.id not in self.claimed]
        for connection in list(waiting):
            same = next((i for i in free if i.macs & connection.macs), None)
            if same:
                free.remove(same)
                waiting.remove(connection)
                self._keep(network, same, connection)
        if network.asn in self.plan.document.doubtful_asns:
            free = []  # what seems renumbered may be the one that could not be read
        for connection, interface in zip(waiting, free, strict=False):
            self._keep(network, interface, connection)
        for connection in waiting[len(free) :]:
            self._add(network, member_id, connection)

    def _add(self, network: Network, member_id: int | None, connection: Connection) -> None:
        self.plan.interfaces.append(
            InterfaceStep(
                Step.ADDED,
                network.asn,
                self._name(network, member_id),
                member_id,
                connection.lan,
                None,
                connection.connected,
                connection.macs,
                [self._address(connection.lan, member_id, a, None) for a in connection.addresses],
            )
        )

    def _name(self, network: Network, member_id: int | None) -> str:
        return network.name if member_id is None else self.snapshot.members[member_id].name

    def _keep(self, network: Network, known: KnownInterface, connection: Connection) -> None:
        self.claimed.add(known.id)
        step = InterfaceStep(
            Step.CHANGED, network.asn, self._name(network, known.member_id), known.member_id,
            connection.lan, known, connection.connected, connection.macs or known.macs,
        )  # fmt: skip
        for address in connection.addresses:
            found = self._address(connection.lan, known.member_id, address, known.id)
            if found.step is not Step.CHANGED or found.changes:
                step.addresses.append(found)
        step.addresses += self._ended(network.asn, known, connection.lan)
        if step.addresses or step.connected != known.connected or step.macs != known.macs:
            self.plan.interfaces.append(step)

    def _address(
        self, lan: VlanKey, member_id: int | None, wanted: Address, interface_id: int | None
    ) -> AddressStep:
        """A change where this member holds the address already, else a new one."""
        held = self._live(lan, wanted.text)
        if held and held.member_id == member_id:
            changes = address_changes(held, wanted, interface_id)
            return AddressStep(Step.CHANGED, held.protocol, held.text, held, wanted, changes)
        holder = self.snapshot.members[held.member_id] if held else None
        return AddressStep(Step.ADDED, wanted.protocol, wanted.text, held, wanted, {}, holder)

    def _ended(self, asn: int, interface: KnownInterface, lan: VlanKey) -> list[AddressStep]:
        """Its addresses that the export has nowhere, unless the export is doubtful about them."""
        document = self.plan.document
        return [
            AddressStep(Step.LEFT, address.protocol, address.text, address)
            for address in self.snapshot.addresses_of[interface.id]
            if (lan, address.text) not in self.wanted
            and asn not in document.doubtful_asns
            and address.text not in document.doubtful_addresses
        ]

    # -- who leaves -------------------------------------------------------------------------

    def _leaves(self) -> None:
        """Connections on these VLANs, made by exports, that this export does not have.

        A member that is still listed, without a connection, has not left the exchange.
        """
        snapshot = self.snapshot
        ending: dict[int, list[InterfaceStep]] = defaultdict(list)
        staying: set[int] = set()
        here: set[int] = set()
        for interface in snapshot.interfaces.values():
            member = snapshot.members[interface.member_id]
            on_these = interface.vlan_id in self.lan_of
            if on_these and member.from_export:
                here.add(member.id)
                self.plan.present_addresses += len(snapshot.addresses_of[interface.id])
            if on_these and self._has_ended(member, interface):
                ending[member.id].append(self._end(member, interface))
            else:
                staying.add(member.id)
        staying |= {step.member_id for step in self.plan.interfaces if step.member_id is not None}
        staying |= {m.id for m in snapshot.members.values() if m.asn in self.listed}
        bare = self._bare() - staying
        self.plan.present_members = len(here | bare)
        for steps in ending.values():
            self.plan.interfaces += steps
        for member_id in sorted((ending.keys() | bare) - staying):
            member = snapshot.members[member_id]
            if not member.left:
                self.plan.members.append(MemberStep(member.asn, member.name, Step.LEFT, member))

    def _bare(self) -> set[int]:
        """Present members without any connection that had one here: an earlier export still
        listed them."""
        connected = {interface.member_id for interface in self.snapshot.interfaces.values()}
        return {
            member.id
            for member in self.snapshot.members.values()
            if member.from_export
            and not member.left
            and member.id not in connected
            and self.snapshot.former.get(member.id, set()) & self.lan_of.keys()
        }

    def _has_ended(self, member: KnownMember, interface: KnownInterface) -> bool:
        document = self.plan.document
        return (
            member.from_export
            and interface.id not in self.claimed
            and member.asn not in document.doubtful_asns
            and not any(
                address.text in document.doubtful_addresses
                for address in self.snapshot.addresses_of[interface.id]
            )
        )

    def _end(self, member: KnownMember, interface: KnownInterface) -> InterfaceStep:
        lan = self.lan_of[interface.vlan_id]
        return InterfaceStep(
            Step.LEFT, member.asn, member.name, member.id, lan, interface, False, interface.macs,
            self._ended(member.asn, interface, lan),
        )  # fmt: skip


def _rank(connection: Connection) -> tuple[VlanKey, list[tuple[int, str]]]:
    """An order that does not depend on the export: by VLAN, IPv4 before IPv6, by address."""
    return connection.lan, [(address.protocol, address.text) for address in connection.addresses]
