"""Target: whom to see first, from what was known the day before, and whether that is fair.

Comes in:  tables of cases and of what happened to them (`admitted.*`, `linked.*`, `derived.*`).
Goes out:  `features` (one row per case, as of its date), `verdicts` (one row per feature),
           `scores` (one row per case) and a ranked list, each with a Result.
Promises:  a case's features hold nothing dated on or after its as-of date; who enforces, what
           came after, and protected characteristics stay out unless a person overrides in writing;
           the same inputs, settings and seed give the same rows.
Does not:  decide who is visited. That is a person, with the list and its reasons.
"""

from joinedup.core.method import offered

METHODS = {
    "features": "joinedup.target.asof",
    "screen": "joinedup.target.screening",
    "rules": "joinedup.target.scoring_rules",
    "model": "joinedup.target.modelling",
    "rank": "joinedup.target.ranking",
    "where": "joinedup.target.places",
}

__getattr__, __dir__ = offered(__name__, METHODS, globals())
