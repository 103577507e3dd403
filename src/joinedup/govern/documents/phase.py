"""In which phase is a project: scoped, gated, live or retired? Told by what people signed."""

from typing import Literal, get_args

from joinedup.core.transparency import AtrsPhase, Transparency
from joinedup.govern.documents.facts import Facts
from joinedup.govern.documents.topics import GATE, topics
from joinedup.govern.documents.writing import changes

Phase = Literal["scoped", "gated", "live", "retired"]
PHASES: tuple[Phase, ...] = get_args(Phase)


def phase(facts: Facts) -> Phase:
    """The phase today. A project whose gate has to be passed again keeps being live until then."""
    if facts.newest("retired"):
        return "retired"
    if facts.newest("live"):
        return "live"
    return "gated" if gate_passed(facts) else "scoped"


def gate_passed(facts: Facts) -> bool:
    """Whether the gate was passed on the statements, outcome, baseline and capacity as they are."""
    gate = facts.newest("gate")
    return gate is not None and not any(changes(gate.topics, topics(facts, *GATE)))


def atrs_phase(facts: Facts) -> AtrsPhase:
    """The same in the words of the transparency standard."""
    now = phase(facts)
    if now == "live":
        beta = (facts.transparency or Transparency()).facets.beta
        return "beta-pilot" if beta else "production"
    return "retired" if now == "retired" else "pre-deployment"
