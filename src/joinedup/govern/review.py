"""Have two people, each without knowing of the other's verdict, found that this may leave?

Pure: what reviewers said of one content, a state out. Nobody who made the content counts, nobody
counts twice, and a verdict holds for the digest it names and no other. Until the last verdict is
in, nobody is told another's, nor whether there is one.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from joinedup.core.errors import Problem, ReleaseError
from joinedup.records.names import same_person

Verdict = Literal["approve", "return"]
Who = Callable[[str], str]
"""Which person stands behind a name: `same_person`, or the policy's `Persons`."""
State = Literal["in review", "approved", "returned", "released", "withdrawn"]
FINAL: frozenset[State] = frozenset({"returned", "released", "withdrawn"})
"""States that a content never leaves; changed, it is another content."""
REVIEWERS = 2
ASK = "ask someone who did not make it to look at it and say so: joinedup release review."


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What one person said of one content.

    Attributes:
        digest: of the content, as it was looked at.
        words_read: they have read what the gate could not judge, and found that none of it tells
            of too few, or of a whole group what does harm.
    """

    by: str
    at: str
    verdict: Verdict
    digest: str
    reason: str
    words_read: bool = False


def counted(
    reviews: Sequence[Review], *, authors: Collection[str], digest: str, who: Who = same_person
) -> tuple[Review, ...]:
    """The verdicts that count: of this content, by others than its makers, each person's first."""
    made = {who(author) for author in authors}
    found: dict[str, Review] = {}
    for review in reviews:
        person = who(review.by)
        if person and person not in made and digest and review.digest == digest:
            found.setdefault(person, review)
    return tuple(found.values())


def state(
    reviews: Sequence[Review],
    *,
    authors: Collection[str],
    digest: str,
    released: bool = False,
    withdrawn: bool = False,
    who: Who = same_person,
) -> State:
    """Where a content stands on its way out.

    Args:
        reviews: of it or of others, oldest first.
        authors: who made it.
        digest: of the content.
        released: whether it has left.
        withdrawn: whether somebody has taken it back before it left.
        who: which person stands behind a name.
    """
    if released:
        return "released"
    if withdrawn:
        return "withdrawn"
    heard = counted(reviews, authors=authors, digest=digest, who=who)
    if len(heard) < REVIEWERS:
        return "in review"
    return "approved" if all(one.verdict == "approve" for one in heard) else "returned"


def against(
    reviews: Sequence[Review],
    *,
    authors: Collection[str],
    digest: str,
    withdrawn: bool = False,
    who: Who = same_person,
) -> Iterator[Problem]:
    """What keeps a content from being approved by two others, if anything."""
    if not any(who(author) for author in authors):
        yield Problem("review", "the result has no author.", "say who made it.")
    now = state(reviews, authors=authors, digest=digest, withdrawn=withdrawn, who=who)
    if now in FINAL:
        what = f"this content is {now}."
        yield Problem("review", what, "change what was found wrong, and have it reviewed anew.")
    elif now == "in review":
        yield Problem("review", _waiting(reviews, authors, digest, who), ASK)


def _waiting(reviews: Sequence[Review], authors: Collection[str], digest: str, who: Who) -> str:
    """Why the verdicts that there are do not suffice; says nothing of a single verdict."""
    made = {who(author) for author in authors}
    people = {person for one in reviews if (person := who(one.by))}
    if people and people <= made:
        return "only people who made this result have reviewed it."
    if people - made and not counted(reviews, authors=authors, digest=digest, who=who):
        return (
            "what was reviewed is not this content: the result, the rule or the recipient has"
            " changed since."
        )
    return f"{REVIEWERS} people who did not make it must have reviewed it, and have not yet."


def told(
    reviews: Sequence[Review],
    *,
    to: str,
    authors: Collection[str],
    digest: str,
    who: Who = same_person,
) -> tuple[Review, ...]:
    """The verdicts that this person may see: their own; every one once all are in."""
    heard = counted(reviews, authors=authors, digest=digest, who=who)
    if len(heard) >= REVIEWERS:
        return heard
    return tuple(one for one in heard if who(one.by) == who(to))


def require_may_review(
    review: Review,
    earlier: Sequence[Review],
    *,
    authors: Collection[str],
    state: State,
    who: Who = same_person,
) -> None:
    """Refuse a verdict that would not count; every reason at once.

    Raises:
        ReleaseError: nobody is named, the person made it or has said so already, no reason is
            given, or the content is past being reviewed.
    """
    person = who(review.by)
    wrong = {
        "a review names nobody.": not person,
        "who made a result cannot review it.": person in {who(one) for one in authors},
        "this person has given their verdict on this content.": any(
            who(one.by) == person and one.digest == review.digest for one in earlier
        ),
        "a verdict needs a reason.": not review.reason.strip(),
        f"this content is {state}.": state in FINAL,
    }
    fixes = {
        "a review names nobody.": "say who has looked, with --as.",
        "who made a result cannot review it.": "ask a second and a third person.",
        "a verdict needs a reason.": "say what you checked: --reason '…'.",
    }
    problems = [
        Problem("review", what, fixes.get(what, "nothing more is to be said of this content."))
        for what, is_so in wrong.items()
        if is_so
    ]
    if problems:
        raise ReleaseError.of(problems)
