"""Refusals a person can read. Doors turn them into a status, a toast or an exit code."""


class AppError(Exception):
    """A refusal with a sentence that says what is wrong and what to do."""

    status = 400
    title = "That did not work"


class NotFound(AppError):
    """The thing named does not exist, or not for this actor."""

    status = 404
    title = "Not found"


class Forbidden(AppError):
    """The actor may not do this."""

    status = 403
    title = "Not allowed"


class Invalid(AppError):
    """The input makes no sense."""

    status = 422
    title = "Please check the input"


class Conflict(AppError):
    """Somebody else saved first."""

    status = 409
    title = "Someone else was faster"
