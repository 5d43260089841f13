"""One archive with everything that makes a station this station, and the way back.

Everything in here blocks: it runs in a process or a thread of its own. Modules are imported by name: `placing` is
looked at by every start.
"""
