"""Which columns may a model learn from at all?"""

from joinedup.target.declared import refusals

__all__ = ["refusals"]
