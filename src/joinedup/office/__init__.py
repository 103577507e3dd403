"""Office: the only place where rooms meet.

Comes in:  the office folder (what is declared) and the home (what happened, and the data).
Goes out:  deliveries admitted, steps run, results kept, releases written to the outbox.
Promises:  nothing is read but through the three gates; the same identity is not run twice.
"""
