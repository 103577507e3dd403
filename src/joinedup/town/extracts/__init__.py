"""Which files does each partner send? One module per kind of partner, one `Extract` per file."""

from joinedup.town.extracts import education, emergency, health, licensing, others, revenues
from joinedup.town.extracts.extract import Extract

__all__ = ["Extract", "extracts"]


def extracts(*, by_token: bool) -> tuple[Extract, ...]:
    """Every file of a month; the health bodies' with tokens in place of names, or without."""
    return (
        *revenues.EXTRACTS,
        *licensing.EXTRACTS,
        *education.EXTRACTS,
        *emergency.EXTRACTS,
        *(health.BY_TOKEN if by_token else health.NAMED),
        *others.EXTRACTS,
    )
