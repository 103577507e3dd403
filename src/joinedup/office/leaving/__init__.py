"""Leaving: from a result to a file that may leave the office.

`candidate` makes ready what would leave, on the desk, where reviewers look at it; `review` takes
their verdicts; `log` holds it against everything that left before; `out` puts it into the outbox.
"""
