"""What counts as an e-mail address, for settings and for people."""

from email_validator import EmailNotValidError, validate_email


def parse_email(value: str) -> str:
    """The address as given; raises ValueError unless mail could be sent there (syntax only)."""
    try:
        validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError("must be an e-mail address") from error
    return value
