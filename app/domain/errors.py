"""Refusals a person can read. Doors turn them into a status, a toast or an exit code."""


class AppError(Exception):
    """A refusal with a sentence that says what is wrong and what to do.

    `field` names the input it is about, where there is one, so that a form can say it there.
    """

    status = 400
    title = "That did not work"

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


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
    """It does not go together with what stands."""

    status = 409
    title = "That cannot be done now"


class Overtaken(Conflict):
    """Somebody else saved first."""

    title = "Someone else was faster"


class OtherMember(Conflict):
    """A page that was loaded for one member was used for another."""

    title = "You act for another member now"


class TooSoon(AppError):
    """It may be done, but not yet."""

    status = 429
    title = "Too soon"
