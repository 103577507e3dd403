"""Are these two names one person? And what may be written into the ledger as text?"""

import unicodedata

ELLIPSIS = "…"
LONGEST_WORD = 200  # characters of a name, kind or subject in the ledger


def same_person(name: str) -> str:
    """A name folded for comparing: case, spaces, width and invisible marks do not count.

    >>> same_person(" Ana  García ") == same_person("A n a GARCÍA")
    True
    """
    wide = unicodedata.normalize("NFKC", name).casefold()
    seen = "".join(sign for sign in wide if unicodedata.category(sign)[0] not in {"Z", "C"})
    return unicodedata.normalize("NFKC", seen)


def shown(text: str, *, longest: int) -> str:
    r"""Text that is one printable line: what would not show is escaped, what is too long is cut.

    >>> shown("a\nb", longest=10)
    'a\\nb'
    """
    cut = text if len(text) <= longest else text[: longest - 1] + ELLIPSIS
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in cut
    )
