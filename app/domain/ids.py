"""What can be the id of a row at all."""

HIGHEST_ID = 2**31 - 1  # PostgreSQL's integer; a larger number is an error there, not a miss


def is_possible_id(number: int) -> bool:
    """Whether a row could have this id; anything else need not be asked for."""
    return 1 <= number <= HIGHEST_ID
