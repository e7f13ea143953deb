"""What the forms call their fields, for the page that shows a form again after a login."""

from app.domain.details import WORDS as DETAILS

WORDS = DETAILS | {
    "address_4": "IPv4 address",
    "address_6": "IPv6 address",
    "asn": "ASN",
    "bcc": "BCC",
    "cc": "CC",
    "claim": "What is wrong",
    "email": "E-mail",
    "enabled_4": "IPv4 in use",
    "enabled_6": "IPv6 in use",
    "infrastructure": "Infrastructure",
    "ixf_vlan_id": "Id in the member export",
    "joined_at": "Member since",
    "message": "Message in Markdown",
    "name": "Name",
    "never_via_route_servers": "Never reached via route servers",
    "notes": "Notes",
    "organisation": "Organisation",
    "phone": "Phone of this contact",
    "prefixes": "Prefixes",
    "private": "Private",
    "reason": "Reason",
    "requests_url": "Address of that page",
    "rs_client_4": "IPv4 route-server client",
    "rs_client_6": "IPv6 route-server client",
    "share_asn": "Two members share this ASN",
    "subject": "Subject",
    "tag": "802.1Q tag",
    "text": "Note",
    "to": "To",
    "type": "Type",
    "until": "Last day",
    "username": "Username",
    "vlan_id": "VLAN",
    "wish": "Members who want to peer with us",
}
# Where a name means something else.
ELSEWHERE = {("/wrong", "text"): "What else should the exchange know?"}


def label(action: str, name: str) -> str:
    """What the form that goes to `action` calls this field."""
    field = name.rpartition("-")[2]  # a form may have a prefix
    for (end, other), words in ELSEWHERE.items():
        if field == other and action.endswith(end):
            return words
    return WORDS.get(field) or field.replace("_", " ").capitalize()
