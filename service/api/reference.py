"""The API as a page that people read: static HTML made from the OpenAPI document, no script."""

import html
import re
from collections.abc import Iterator
from typing import Any

HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: API</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="api/style.css">
</head>
<body>
<main>
<h1>{title}: API</h1>
<p class="quiet">Version {version} · <a href="api/v1/openapi.json">openapi.json</a> (OpenAPI 3.1)
 · <a href="./">Console</a></p>
"""


def page(document: dict[str, Any]) -> str:
    """The page; its links are relative to ``/api``."""
    info = document["info"]
    parts = [HEAD.format(title=_text(info["title"]), version=_text(info["version"]))]
    parts += [f"<p>{_code(block)}</p>\n" for block in info["description"].split("\n\n")]
    operations = [(p, m, o) for p, methods in document["paths"].items() for m, o in methods.items()]
    sections = list(dict.fromkeys(o["tags"][0] for _, _, o in operations))
    parts.append("<nav><ul>" + "".join(f'<li><a href="#{s}">{_text(s)}</a></li>' for s in sections) + "</ul></nav>\n")
    for section in sections:
        parts.append(f'<section id="{section}"><h2>{_text(section)}</h2>\n')
        parts += [_operation(path, method, o) for path, method, o in operations if o["tags"][0] == section]
        parts.append("</section>\n")
    parts.append('<section id="objects"><h2>objects</h2>\n')
    parts += [_object(name, schema) for name, schema in document["components"]["schemas"].items()]
    return "".join(parts) + "</section>\n</main>\n</body>\n</html>\n"


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    rows = [(p["name"], f"{p['in']}, {_type(p['schema'])}", p.get("description", "")) for p in operation["parameters"]]
    if body := operation.get("requestBody"):
        kinds = (_type(said["schema"], media) for media, said in body["content"].items())
        rows.append(("body", " or ".join(kinds), ""))
    answers = "".join(
        f"<li><b>{status}</b> {_text(answer['description'])}: "
        f"{', '.join(_type(c['schema'], media) for media, c in answer['content'].items())}</li>"
        for status, answer in operation["responses"].items()
    )
    return (
        f'<article id="{operation["operationId"]}">\n'
        f'<h3><span class="method {method}">{method.upper()}</span> <code>{_text(path)}</code></h3>\n'
        f"<p>{_text(operation['summary'])}. {_code(operation.get('description', ''))}</p>\n"
        f"{_table(rows)}<details><summary>Answers</summary><ul>{answers}</ul></details>\n</article>\n"
    )


def _object(name: str, schema: dict[str, Any]) -> str:
    required = schema.get("required", ())
    rows = [
        (key, _type(part) + ("" if key in required else ", optional"), part.get("description", ""))
        for key, part in schema.get("properties", {}).items()
    ]
    return (
        f'<article id="object-{name}">\n<h3><code>{_text(name)}</code></h3>\n'
        f"<p>{_code(schema.get('description', ''))}</p>\n{_table(rows)}</article>\n"
    )


def _table(rows: list[tuple[str, str, str]]) -> str:
    if not rows:
        return ""
    lines = "".join(
        f"<tr><th scope='row'><code>{_text(a)}</code></th><td>{b}</td><td>{_code(c)}</td></tr>\n" for a, b, c in rows
    )
    return f"<table>\n{lines}</table>\n"


def _type(schema: dict[str, Any], media: str = "application/json") -> str:
    """The type in words, as HTML."""
    if media not in ("application/json", "application/problem+json"):
        return _text(media)
    return " or ".join(dict.fromkeys(_types(schema)))


def _types(schema: dict[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        name = _text(schema["$ref"].rpartition("/")[2])
        yield f'<a href="#object-{name}">{name}</a>'
    elif "anyOf" in schema:
        for one in schema["anyOf"]:
            yield from _types(one)
    elif "enum" in schema:
        yield " | ".join(_text(str(value)) for value in schema["enum"])
    elif schema.get("type") == "array":
        inner = schema.get("items") or {}
        yield "list of " + (_type(inner) if inner else "anything")
    else:
        low, high = schema.get("minimum"), schema.get("maximum")
        bounds = "" if low is None and high is None else f" {'' if low is None else low}–{'' if high is None else high}"
        yield _text(str(schema.get("const", schema.get("type", "anything")))) + bounds


def _text(text: str) -> str:
    return html.escape(text)


def _code(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", _text(text))
