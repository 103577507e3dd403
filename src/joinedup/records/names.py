"""Are these two names one person? And what may be written into the ledger as text?"""

import unicodedata

from joinedup.core.errors import ReleaseError

ELLIPSIS = "…"
LONGEST_WORD = 200  # characters of a name, kind or subject in the ledger


def same_person(name: str) -> str:
    """A name folded for comparing: case, spaces, width and invisible marks do not count.

    >>> same_person(" Ana  García ") == same_person("ANA GARCÍA")
    True
    """
    wide = unicodedata.normalize("NFKC", name)
    seen = "".join(sign for sign in wide if unicodedata.category(sign) not in {"Cf", "Cs"})
    return unicodedata.normalize("NFKC", " ".join(seen.split()).casefold())


def shown(text: str, *, longest: int) -> str:
    r"""Text that is one printable line: what would not show is escaped, what is too long is cut.

    >>> shown("a\nb", longest=10)
    'a\\nb'
    """
    cut = text if len(text) <= longest else text[: longest - 1] + ELLIPSIS
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in cut
    )


def refuse_author(author: str, *, by: str, step: str) -> None:
    """Refuse an approval that is not a second person's.

    Raises:
        ReleaseError: nobody is named, or the person is the author.
    """
    if not same_person(by):
        raise ReleaseError(
            "an approval names nobody.",
            fix="say who has checked the result, with --by.",
            where=f"step {step}",
        )
    if same_person(by) == same_person(author):
        raise ReleaseError(
            "the author of a result cannot approve it.",
            fix="ask a second person to check it.",
            where=f"step {step}",
        )
