"""Store: where the data is kept, what calculates on it, and the handle a step is given.

Comes in:  Arrow tables with a name (`admitted.<dataset>`, `derived.<name>`).
Goes out:  `Access`, a handle that knows only the columns a step declared.
Promises:  a version of a table never changes; a reader sees one version; a crash leaves the version
           before or the version after.
Does not:  decide who may read what. That is `govern`.
"""
