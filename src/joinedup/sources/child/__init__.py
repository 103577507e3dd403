"""Hostile bytes in a child: every partner's file is first parsed by a process that can do nothing.

`ask` is the office's side, `server` a process that waits and forks, `work` what the fork does, and
`confine` what it may not. Nothing that a partner sent is parsed on the office's side.
"""
