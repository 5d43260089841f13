"""The table of Gunicorn's options in docs/configuration.md."""

from collections.abc import Callable, Mapping

from gunicorn.config import KNOWN_SETTINGS

from docs.markdown import table
from service.gunicorn_options import OPTIONS, Option


def gunicorn() -> str:
    """Every option of the installed Gunicorn, by its sections."""
    known = {setting.name: setting for setting in KNOWN_SETTINGS}
    parts = []
    for section in dict.fromkeys(setting.section for setting in known.values()):
        rows = [_row(OPTIONS[name]) for name, setting in known.items() if setting.section == section]
        parts.append(f"#### {section}\n\n{table(('option', 'here', 'how, or why not'), rows)}")
    return "\n\n".join(parts)


def _row(option: Option) -> tuple[str, str, str]:
    name, variables = f"`{option.name}`", " or ".join(f"`{variable}`" for variable in option.variables)
    if option.setting == f"gunicorn.{option.name}":
        return name, "honoured", f"`[gunicorn] {option.name}`, {variables}"
    if option.setting:
        return name, "ours", f"`{option.setting}`, {variables}"
    kept = f" (`{option.holds[0]}` is accepted)" if option.holds else ""
    return name, "refused", option.why + kept


TABLES: Mapping[str, Callable[[], str]] = {"gunicorn": gunicorn}
