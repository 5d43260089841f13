"""Gunicorn for one station: one worker that owns the camera, three listeners that the master keeps over a reload.

Executed anew at every reload, where nothing here may fail: what was found at the start is kept. What may be set stands
in the section [gunicorn] of the station's settings, or in variables (docs/configuration.md lists every option).
"""

import json
import os
import sys

from service import generations, gunicorn_options, hooks
from service.forked import forked

os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # none is ours; it would read about every installed package for them


def starting():  # type: ignore[no-untyped-def]
    from service.starting import main

    return main()


if not generations.binds:
    if refused := gunicorn_options.refused_on_command_line(os.environ):
        sys.exit("\n  ".join(["The station cannot start:", *refused]))
    # A process of its own: the master must not import what a reload is to replace.
    found = forked(starting)
    if found.code:
        sys.exit(found.errors.strip())
    print(found.errors, end="", flush=True)
    generations.remember(*json.loads(found.output))
    hooks.stay()

bind = generations.binds
workers = 1
worker_class = "service.fresh_worker.FreshWorker"  # becomes service.worker in an interpreter of its own
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a disk could stall the heartbeat
control_socket_disable = True  # `worker add` would make a second owner of the camera
logger_class = "service.gunicorn_log.StationLogger"  # as [log] in station.toml has it
proc_name = "vision-inspection"
globals().update(generations.options)  # timeout, accesslog, ...: by Gunicorn's own names


def when_ready(server):  # type: ignore[no-untyped-def]
    hooks.when_ready(server)


def pre_fork(server, new):  # type: ignore[no-untyped-def]
    hooks.pre_fork(new)


def child_exit(server, gone):  # type: ignore[no-untyped-def]
    hooks.child_exit(gone)


def on_reload(server):  # type: ignore[no-untyped-def]
    hooks.on_reload()


def on_exit(server):  # type: ignore[no-untyped-def]
    hooks.on_exit()


def nworkers_changed(server, new_value, old_value):  # type: ignore[no-untyped-def]
    """SIGTTIN: refused, one station has one owner of its camera."""
    if new_value != 1:
        server.log.error("a station has one worker; %s refused", new_value)
        server._num_workers = 1


def pre_exec(server):  # type: ignore[no-untyped-def]
    """USR2 would run two generations side by side, with one camera."""
    server.log.error("USR2 refused: HUP reloads, a restart changes Python or Gunicorn")
    os._exit(1)
