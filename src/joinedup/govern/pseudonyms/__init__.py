"""Pseudonyms: how rows travel and are kept without saying who they are about.

`keys` of each project, the `canonical` form of an identifier, its token and the two halves of a
table (`pseudonym`), what leaves a partner (`departs`), and which fields are special (`special`).
"""
