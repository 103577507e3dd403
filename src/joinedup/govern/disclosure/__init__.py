"""Disclosure control: which numbers of what leaves would tell of too few?

The questions, a module each. How careful: `profiles`. Who stands behind a number: `behind`,
`contributors`. Can a table be checked: `declared`. Which numbers add up: `sheets`, `cells`. Which
may not be shown for their own sake: `judged`, `magnitude`. What readers know and can work out:
`readers`, `attack`. What is hidden beside them: `protect`, `suppress` (by `programs`). What shows
in the end: `hiding`, and `rounding` and `rounds` where counts are rounded; what a chart says
besides: `told`. What earlier releases give away with this one: `differencing`, `budget`. Which
records stand alone: `anonymity`; what several offices, or a synthetic table, may share: `shared`.
"""
