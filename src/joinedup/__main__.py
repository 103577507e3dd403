"""`python -m joinedup` is the same as `joinedup`."""

from joinedup.cli.main import entry

entry()
