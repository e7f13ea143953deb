"""What silence means, in words: short for a row, a sentence for the drawer."""

from app.domain.confidence import BEHIND_ONE_PORT, Absence, Sureness

DAY, HOUR, MINUTE = 86400.0, 3600.0, 60.0


def short(absence: Absence, days: int) -> str:
    """A few words beneath a badge; `days` is the look-back."""
    match absence.sureness:
        case Sureness.SURE:
            return f"would have shown: {percent(absence.probability)}"
        case Sureness.EARLY:
            return f"too early: watched {_progress(absence, '~')}"
        case Sureness.WEAK:
            return f"99 % out of reach in {days} days"
        case Sureness.BLIND:
            return "cannot be observed"
    return "not watched"


def sentence(absence: Absence, days: int) -> str:
    """The whole of it, without a full stop."""
    so_far = (
        f"an existing session would have been confirmed by now with {percent(absence.probability)}"
    )
    match absence.sureness:
        case Sureness.SURE:
            return so_far
        case Sureness.EARLY:
            return f"too early to tell: watched {_progress(absence, 'about ')}"
        case Sureness.WEAK:
            return f"99 % cannot be reached within {days} days at this sampling; {so_far}"
        case Sureness.BLIND if absence == BEHIND_ONE_PORT:
            return "cannot be observed: both of you are behind one port of the exchange"
        case Sureness.BLIND:
            return "cannot be observed: the switches there do not report just now"
    return f"not watched: no switch reported on this VLAN in the last {days} days"


def percent(probability: float) -> str:
    """Never rounded up: 99.97 % says 99.9 %, and nothing is ever certain."""
    tenths = min(999, int(probability * 1000))
    return f"{tenths / 10:.1f} %" if tenths >= 900 else f"{tenths // 10} %"


def span(seconds: float) -> str:
    """A length of time in its own unit: `40 minutes`, `7 hours`, `5 days`."""
    size, unit = _unit(seconds)
    number = _number(seconds / size)
    return f"{number} {unit.removesuffix('s') if number == '1' else unit}"


def _progress(absence: Absence, about: str) -> str:
    needed = absence.needed or 0.0
    size, unit = _unit(needed)
    return f"{_number(absence.elapsed / size)} of {about}{_number(needed / size)} {unit}"


def _unit(seconds: float) -> tuple[float, str]:
    if seconds < 2 * HOUR:
        return MINUTE, "minutes"
    return (HOUR, "hours") if seconds < 2 * DAY else (DAY, "days")


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")
