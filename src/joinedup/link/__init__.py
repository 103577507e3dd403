"""Link: who in one organisation's records is who in another's.

Comes in:  any number of tables, one row per record (`admitted.*`, or files on the bench).
Goes out:  `pairs` with their probability, `entities` (one row per record), `review` (the doubtful).
Promises:  a record is in exactly one entity; the same inputs and seed give the same entities; the
           error is estimated, with an interval, where no truth is known.
Does not:  decide who may see a link. That is `govern`.
"""

from joinedup.core.method import offered

METHODS = {
    "people": "joinedup.link.person_records",
    "businesses": "joinedup.link.business_records",
    "addresses": "joinedup.link.address_lookup",
    "households": "joinedup.link.household_records",
    "events": "joinedup.link.event_records",
    "tokens": "joinedup.link.token_records",
    "encoded": "joinedup.link.encoded_records",
}

__getattr__, __dir__ = offered(__name__, METHODS, globals())
