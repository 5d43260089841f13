"""The station's log: one way for every line, of ours and of the libraries', under Gunicorn and without it.

`line` is what a line carries, `formats` how it is written, `destinations` where to; `handler` takes it from whoever
logs and never waits, `writer` is the thread's work. Only `setup`, `levels` and `collector` may import settings or
libraries: Gunicorn's master uses the rest, and must not import what a reload is to replace.
"""
