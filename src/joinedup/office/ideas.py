"""Which ideas are worth a project? Scored on published criteria, ranked, the rejected ones kept.

The criteria are those that city halls, Nesta and universities have used to choose (LODA 2016,
North East workshop 2016, LOTI 2020, Data Science for Social Good); an office weighs them itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from joinedup.core.project import BEST_SCORE, CRITERIA, Idea
from joinedup.office.folder import Folder


@dataclass(frozen=True, slots=True)
class Ranked:
    """An idea with its place.

    Attributes:
        place: from 1; equal scores share it.
        score: weighted share of the best score, 0 to 1.
        unscored: criteria nobody has scored; each counts 0.
    """

    place: int
    score: float
    idea: Idea
    unscored: tuple[str, ...]


def ranked(folder: Folder, words: str = "") -> tuple[Ranked, ...]:
    """Every idea, best first; rejected ones keep their place, so that a reason can be argued with.

    Args:
        folder: with the ideas and the office's weights.
        words: only ideas that have all of these in what is written of them.
    """
    weights = {name: folder.card.idea_weights.get(name, 1.0) for name in CRITERIA}
    scores = {name: share(idea.scores, weights) for name, idea in folder.ideas.items()}
    order = sorted(folder.ideas, key=lambda name: (-scores[name], name))
    return tuple(
        Ranked(
            place=1 + sum(other > scores[name] for other in scores.values()),
            score=scores[name],
            idea=folder.ideas[name],
            unscored=tuple(one for one in CRITERIA if one not in folder.ideas[name].scores),
        )
        for name in order
        if _says(folder.ideas[name], words)
    )


def share(scores: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Weighted share of the best score, 0 to 1; 0 where every weight is 0.

    >>> share({"good_data": 5, "specific": 0}, {"good_data": 3, "specific": 1})
    0.75
    """
    whole = BEST_SCORE * sum(weights.values())
    return sum(weights[name] * scores.get(name, 0) for name in weights) / whole if whole else 0.0


def _says(idea: Idea, words: str) -> bool:
    told = f"{idea.id} {idea.title} {idea.problem} {idea.reason}".casefold()
    return all(word in told for word in words.casefold().split())
