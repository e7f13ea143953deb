"""What the forms call their fields, for the page that shows a form again after a login."""

from app.domain.field_words import WORDS

# Where a name means something else.
ELSEWHERE = {("/wrong", "text"): "What else should the exchange know?"}


def label(action: str, name: str) -> str:
    """What the form that goes to `action` calls this field."""
    field = name.rpartition("-")[2]  # a form may have a prefix
    for (end, other), words in ELSEWHERE.items():
        if field == other and action.endswith(end):
            return words
    return WORDS.get(field) or field.replace("_", " ").capitalize()
