"""Diagnose: how big is the problem, where, for whom, and who knows of it already?

Comes in:  tables of people, homes or businesses (`admitted.*`, `linked.*`, `defined.*`).
Goes out:  counts and shares by area and group, each with a Result, and whom each count counts.
Promises:  a person, home or business is counted once in a cell, however many rows it has; the
           same inputs and settings give the same rows.
Does not:  say which area is worse, or name anybody. What may be shown is `govern`'s to decide.
"""

from joinedup.core.method import offered

METHODS = {"counts": "joinedup.diagnose.counting", "overlap": "joinedup.diagnose.overlapping"}

__getattr__, __dir__ = offered(__name__, METHODS, globals())
