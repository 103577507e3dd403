"""The command line: parse, call the office, print. Decides nothing."""
