"""Every option of Gunicorn, and what becomes of it here: the one table for code, messages and docs.

An option is honoured as ``[gunicorn]`` has it, is one of our own settings under the name that Gunicorn's operators
know, or is refused with a reason. Nothing is ignored without a word.
"""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

VARIABLE = "GUNICORN_"
ACTIONS = ("config", "check_config", "print_config")  # for a command line alone, and fine there
OF_GUNICORN = ("GUNICORN_CMD_ARGS",)  # read by Gunicorn itself as if it stood on its command line
RESERVED = {  # what a master leaves for its successor at USR2, which is refused here
    "GUNICORN_PID": "Gunicorn uses this name itself: set GUNICORN_PIDFILE",
    "GUNICORN_FD": "Gunicorn uses this name itself: unset it",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One option; `why` is empty where it is not refused."""

    name: str
    setting: str = ""  # section.key that it sets; "" = none
    why: str = ""
    holds: tuple[str, ...] = ()  # values that a refused one may have, because they say what is so anyway
    also: tuple[str, ...] = ()  # the name on Gunicorn's command line, where it is another one

    @property
    def variables(self) -> tuple[str, ...]:
        """Its names in the environment."""
        return tuple(f"{VARIABLE}{name}".upper() for name in (self.name, *self.also))

    @property
    def refusal(self) -> str:
        """What may stand there instead of what was given."""
        return f"{self.why}; unset it"


def _honoured(name: str, *also: str) -> Option:
    return Option(name, f"gunicorn.{name}", also=also)


def _refused(why: str, *names: str, holds: tuple[str, ...] = ()) -> tuple[Option, ...]:
    return tuple(Option(name, why=why, holds=holds) for name in names)


_OFF = ("0", "false", "False", "no", "off")
_ON = ("1", "true", "True", "yes", "on")
_HOOK = "a hook is code, and those that the station needs stand in config/gunicorn.conf.py"
_DIRTY = "dirty workers run somebody else's applications beside the station; the vision tools have their own threads"
_HTTP2 = "aiohttp speaks HTTP/1.1; a proxy in front speaks HTTP/2 to browsers"
_ASGI = "aiohttp is no ASGI application"
_PARSER = "aiohttp parses strictly and has no such leniency, which proxies and servers read differently"
_STATSD = "aiohttp's worker reports no request to Gunicorn's statistics"
_LOGGING = "[log] says what is written, how and where, for Gunicorn and the station alike"
_SYSLOG = "Gunicorn would send its own lines there, but not the station's; the journal or a log shipper takes them all"
_WSGI = "it is for WSGI applications, and aiohttp's worker does not read it"
_PASTE = "the one application here is service.app:factory"
_USER = (
    "the master would go on as root; start it as the user (User= of a unit, setpriv), "
    "with CAP_NET_BIND_SERVICE for port 502"
)
_TLS = "aiohttp's worker has no such switch"
_REBORN = "each restart of the worker closes the camera for a while, and nothing here needs it"
_CONTROL = "its command `worker add` would make a second owner of the camera"
_ACTION = "it is an action: give it on Gunicorn's command line, or use `vision-inspection check`"

_ROWS: tuple[Option, ...] = (
    # Config File
    *_refused("it is the option -c of Gunicorn's command line", "config"),
    *_refused(_PASTE, "wsgi_app", holds=("service.app:factory",)),
    # Server Socket
    Option("bind", "http.bind and http.port"),
    _honoured("backlog"),
    # Worker Processes
    *_refused("a station has one worker, because one process owns the camera", "workers", holds=("1",)),
    *_refused(
        "the station's worker hands the camera and the PLC's ports from one generation to the next",
        "worker_class",
        holds=("service.fresh_worker.FreshWorker",),
    ),
    *_refused("the worker is one event loop; vision tools have their own threads", "threads", holds=("1",)),
    Option("worker_connections", "http.max_connections"),
    *_refused(_REBORN, "max_requests", "max_requests_jitter", holds=("0",)),
    _honoured("timeout"),
    _honoured("graceful_timeout"),
    _honoured("keepalive", "keep_alive"),
    *_refused(_ASGI, "asgi_loop", "asgi_lifespan", "asgi_disconnect_grace_period"),
    *_refused("what a browser may send over a socket is fixed, and less than this", "websocket_max_message_size"),
    *_refused("aiohttp has its own parser", "http_parser"),
    # Security
    Option("limit_request_line", "http.limit_request_line"),
    Option("limit_request_fields", "http.limit_request_fields"),
    Option("limit_request_field_size", "http.limit_request_field_size"),
    # HTTP/2
    *_refused(_HTTP2, "http_protocols", holds=("h1",)),
    *_refused(
        _HTTP2,
        "http2_cleartext",
        "http2_max_concurrent_streams",
        "http2_initial_window_size",
        "http2_max_frame_size",
        "http2_max_header_list_size",
    ),
    # Logging
    _honoured("accesslog", "access_logfile"),
    _honoured("access_log_format", "access_logformat"),
    _honoured("errorlog", "error_logfile", "log_file"),
    _honoured("loglevel", "log_level"),
    *_refused("errorlog is standard error of Gunicorn and of the station alike", "capture_output", holds=_ON),
    *_refused(_LOGGING, "logger_class", holds=("service.gunicorn_log.StationLogger",)),
    Option("logconfig", why=_LOGGING, also=("log_config",)),
    *_refused(_LOGGING, "logconfig_dict"),
    Option("logconfig_json", why=_LOGGING, also=("log_config_json",)),
    Option("syslog", why=_SYSLOG, holds=_OFF, also=("log_syslog",)),
    Option("syslog_addr", why=_SYSLOG, also=("log_syslog_to",)),
    Option("syslog_prefix", why=_SYSLOG, also=("log_syslog_prefix",)),
    Option("syslog_facility", why=_SYSLOG, also=("log_syslog_facility",)),
    *_refused(_SYSLOG, "disable_redirect_access_to_syslog"),
    *_refused("it is for the daemon, whose output goes to errorlog here", "enable_stdio_inheritance", holds=_OFF),
    *_refused(_STATSD, "statsd_host", "dogstatsd_tags", "statsd_prefix", "enable_backlog_metric"),
    # Process Naming
    Option("proc_name", why="it needs the package setproctitle, which is no part of a station", also=("name",)),
    *_refused("it is Gunicorn's own, for names that applications give", "default_proc_name"),
    # SSL
    _honoured("certfile"),
    _honoured("keyfile"),
    _honoured("ca_certs"),
    _honoured("cert_reqs"),
    _honoured("ciphers"),
    *_refused("TLS 1.2 and 1.3 are offered, whichever the client takes", "ssl_version"),
    *_refused(_TLS, "suppress_ragged_eofs", "do_handshake_on_connect"),
    # Server Mechanics
    Option("preload_app", why="a reload could not load new code", holds=_OFF, also=("preload",)),
    Option("sendfile", why="aiohttp decides; AIOHTTP_NOSENDFILE=1 turns it off", also=("no_sendfile",)),
    *_refused(
        "two stations could share one port, and a PLC would reach now one, now the other", "reuse_port", holds=_OFF
    ),
    *_refused("relative paths are relative to the folder in which the station is started: start it there", "chdir"),
    _honoured("daemon"),
    Option("raw_env", why="settings are read before it: set the variables themselves", also=("env",)),
    _honoured("pidfile"),
    _honoured("worker_tmp_dir"),
    *_refused(_USER, "user", "group", "initgroups"),
    *_refused("it is the mode of a Unix socket alone; UMask= of a unit is for files", "umask"),
    *_refused("uploads are held in memory, 1 MB at most", "tmp_upload_dir"),
    *_refused("X-Forwarded-Proto says it, from the addresses of [http] forwarded_allow_ips", "secure_scheme_headers"),
    Option("forwarded_allow_ips", "http.forwarded_allow_ips"),
    *_refused("set PYTHONPATH: settings are checked in a process of their own, which needs it too", "pythonpath"),
    Option("paste", why=_PASTE, also=("paster",)),
    Option("raw_paste_global_conf", why=_PASTE, also=("paste_global",)),
    *_refused("aiohttp does not read the PROXY protocol; the proxy sends X-Forwarded-For", "proxy_protocol"),
    Option(
        "proxy_allow_ips",
        why="it belongs to the PROXY protocol, which aiohttp does not read",
        also=("proxy_allow_from",),
    ),
    *_refused("the station speaks HTTP", "protocol", holds=("http",)),
    Option(
        "uwsgi_allow_ips", why="it belongs to uWSGI's protocol; the station speaks HTTP", also=("uwsgi_allow_from",)
    ),
    *_refused(
        _PARSER,
        "permit_obsolete_folding",
        "strip_header_spaces",
        "permit_unconventional_http_method",
        "permit_unconventional_http_version",
        "casefold_http_method",
        holds=_OFF,
    ),
    *_refused(_WSGI, "forwarder_headers", "header_map"),
    *_refused("the console's links are relative: a proxy takes its prefix off", "root_path"),
    # Control
    *_refused(_CONTROL, "control_socket", "control_socket_mode"),
    Option(
        "control_socket_disable",
        why=f"it is disabled: {_CONTROL}",
        holds=("1", "true", "True"),
        also=("no_control_socket",),
    ),
    # Debugging
    *_refused(
        "HUP reloads, when the line allows it and not when a file changes", "reload", "reload_engine", holds=_OFF
    ),
    Option("reload_extra_files", why="HUP reloads, not a changed file", also=("reload_extra_file",)),
    *_refused("every line of Python would be printed, and the line stand still", "spew", holds=_OFF),
    *_refused(_ACTION, "check_config", "print_config"),
    # Server Hooks, Dirty Arbiters
    *_refused(
        _HOOK,
        "on_starting",
        "on_reload",
        "when_ready",
        "pre_fork",
        "post_fork",
        "post_worker_init",
        "worker_int",
        "worker_abort",
        "pre_exec",
        "pre_request",
        "post_request",
        "child_exit",
        "worker_exit",
        "nworkers_changed",
        "on_exit",
        "ssl_context",
    ),
    Option("dirty_apps", why=_DIRTY, also=("dirty_app",)),
    *_refused(
        _DIRTY,
        "dirty_workers",
        "dirty_timeout",
        "dirty_threads",
        "dirty_graceful_timeout",
        "on_dirty_starting",
        "dirty_post_fork",
        "dirty_worker_init",
        "dirty_worker_exit",
    ),
)
OPTIONS: Mapping[str, Option] = MappingProxyType({row.name: row for row in _ROWS})
BY_VARIABLE: Mapping[str, Option] = MappingProxyType({name: row for row in _ROWS for name in row.variables})


def refused_on_command_line(environment: Mapping[str, str]) -> list[str]:
    """A line for each option on Gunicorn's command line, or in ``GUNICORN_CMD_ARGS``, that has no place here."""
    from gunicorn.config import Config

    config = Config()
    parser = config.parser()
    given = [parser.parse_args(), parser.parse_args(shlex.split(environment.get("GUNICORN_CMD_ARGS", "")))]
    return list(dict.fromkeys(_refusals([vars(each) for each in given], config)))


def _refusals(given: list[dict[str, object]], config: Any) -> Iterator[str]:
    for name, value in ((name, value) for each in given for name, value in each.items() if value is not None):
        option = OPTIONS.get(name)
        if option is None or name in ACTIONS or option.setting == f"gunicorn.{name}" or str(value) in option.holds:
            continue
        shown = next(word for word in config.settings[name].cli if word.startswith("--"))
        if option.setting:
            yield f"{shown}: is {option.setting} here: set that, or {option.variables[0]}"
        else:
            yield f"{shown}: {option.why}; take it out"
