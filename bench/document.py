"""Puts measured tables between the marks that a document has for them."""

from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"


def put(name: str, text: str, *, document: str = "benchmarks.md", write: bool) -> None:
    """Print the text; with `write` put it between `<!-- name -->` and `<!-- end of name -->`."""
    print(text)
    if not write:
        return
    path = DOCS / document
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, found, rest = path.read_text().partition(begin)
    assert found, f"{path.name} has no place for {name}"
    path.write_text(f"{before}{begin}\n{text}\n\n{end}{rest.partition(end)[2]}")
