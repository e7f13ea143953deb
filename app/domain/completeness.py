"""stand-in until the details room is merged"""


def missing_of_letter(own, peer):
    return []
