"""Disclosure control: which cells of what leaves would tell of too few?

The questions, a module each: how careful (`profiles`), who stands behind a cell (`contributors`),
which sums are one person's (`magnitude`), which cells are hidden (`hiding`, `cells`, `protect`),
how counts are rounded alike everywhere (`rounding`), what earlier releases give away with this one
(`differencing`), which records stand alone (`anonymity`).
"""
