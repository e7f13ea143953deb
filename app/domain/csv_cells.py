"""Text of others in a CSV that a spreadsheet will open."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe comes before what looks so."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
