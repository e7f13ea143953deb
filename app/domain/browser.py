"""A browser as people call it, from what it says of itself (RFC 9110, section 10.1.5)."""

# Most claim to be others as well; whoever comes first here is right.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
    ("BSD", "BSD"),
)


def browser_name(said: str | None) -> str:
    """`Firefox on Linux`; the beginning of what was said where that is unknown."""
    if not said:
        return "not told"
    name = next((name for sign, name in BROWSERS if sign in said), None)
    system = next((system for sign, system in SYSTEMS if sign in said), None)
    if name is None:
        return said if len(said) <= 40 else f"{said[:39]}…"
    return f"{name} on {system}" if system else name
