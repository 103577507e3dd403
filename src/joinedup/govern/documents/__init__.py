"""Documents: what an information-governance officer must hold, written from facts.

Comes in:  `Facts` of a project: what the office folder declares and what the records hold.
Goes out:  a `Document` for each kind in `catalogue.KINDS`; renderers make pages of it.
Promises:  nothing is invented: a fact that nobody wrote down is named, with its file and key; one
           fact stands in one place, and every document that needs it takes it from there.
Does not:  decide what only a person can. Each document lists that.
"""
