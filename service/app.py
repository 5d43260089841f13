"""One generation of the station: what Gunicorn's worker calls."""

import logging
from contextlib import AsyncExitStack

from aiohttp import web

from . import __version__, generations, priority, runtime
from .generations import shared
from .logs.choice import choice_of
from .logs.setup import configure
from .serving import prepare, serve
from .settings import load

log = logging.getLogger(__name__)


async def factory() -> web.Application:
    """Called by the worker. What needs neither camera nor data folder comes first, while a predecessor still serves.

    Raises:
        SettingsError: With every problem.
    """
    settings = load()
    priority.go_first()
    choice = choice_of(settings)
    kept_log = configure(settings.log, choice, generations.age, __version__)
    runtime.limit_memory(settings.station.memory_limit_mb)
    stack = AsyncExitStack()
    try:
        ready = await prepare(settings, stack)
        ready.log = kept_log
        app = await serve(settings, ready, stack)
    except BaseException:
        await stack.aclose()
        raise

    async def close(_: web.Application) -> None:
        await stack.aclose()

    app.on_cleanup.append(close)
    runtime.tune()
    shared.log_choice = choice.to_json()
    log.info("vision-inspection %s serves (generation %d)", __version__, generations.age)
    return app
