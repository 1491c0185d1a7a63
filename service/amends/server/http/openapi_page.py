"""The OpenAPI document as a page: plain HTML that loads and runs nothing, readable without sight and in the dark."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

_Node = Mapping[str, Any]

STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9rem; }
pre { overflow-x: auto; border: 1px solid GrayText; padding: .75rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { border-bottom: 1px solid GrayText; padding: .25rem .5rem; text-align: left; vertical-align: top; }
section { border-top: 2px solid GrayText; margin-top: 2rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { position: static; }
"""

_WORDS: Final = re.compile(r"`([^`]*)`")


def render(document: _Node) -> str:
    """The whole page."""
    info = document["info"]
    return (
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(info["title"])}: the HTTP side</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head>\n"
        '<body><a class="skip" href="#operations">To the operations</a>'
        f"<header><h1>{escape(info['title'])}</h1>{_text(info['description'])}"
        '<p>For tools: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1, everything) and '
        '<a href="/openapi-flat.json">/openapi-flat.json</a> (OpenAPI 3.0, the one operation for tools that cannot map '
        "a choice of types).</p></header>\n"
        f"{_contents(document)}<main>{_who(document)}{''.join(_operations(document))}"
        f"{_errors(document)}{''.join(_schemas(document))}</main></body></html>\n"
    )


def _contents(document: _Node) -> str:
    rows = "".join(
        f'<li><a href="#{escape(operation["operationId"])}">{escape(operation["operationId"])}</a>: '
        f"<code>{verb.upper()} {escape(path)}</code></li>"
        for path, verb, operation in _each(document)
    )
    return f'<nav id="operations" aria-label="Operations"><h2>Operations</h2><ul>{rows}</ul></nav>'


def _who(document: _Node) -> str:
    schemes = document["components"]["securitySchemes"]
    rows = [(f"<code>{escape(name)}</code>", _inline(one["description"])) for name, one in schemes.items()]
    return (
        f'<section id="who"><h2>Who calls</h2>{_table("Ways to say who calls", ("way", "what it is"), rows)}</section>'
    )


def _operations(document: _Node) -> Iterator[str]:
    for path, verb, operation in _each(document):
        name = escape(operation["operationId"])
        about = _text(operation.get("description", operation["summary"]))
        yield (
            f'<section id="{name}" aria-labelledby="{name}-title"><h2 id="{name}-title">{name}</h2>'
            f"<p><code>{verb.upper()} {escape(path)}</code></p>{about}"
            f"{_parameters(operation)}{_body(operation)}{_answers(operation)}</section>\n"
        )


def _parameters(operation: _Node) -> str:
    rows = [
        (f"<code>{escape(one['name'])}</code>", one["in"], _type(one["schema"]), _inline(one.get("description", "")))
        for one in operation.get("parameters", ())
    ]
    return _table("Parameters", ("name", "in", "type", "what it is"), rows) if rows else ""


def _body(operation: _Node) -> str:
    if "requestBody" not in operation:
        return ""
    content = operation["requestBody"]["content"]["application/json"]
    shown = f"<h3>Request</h3><p>{_type(content['schema'])}, as <code>application/json</code>.</p>"
    if "example" not in content:
        return shown
    return f"{shown}<pre><code>{escape(json.dumps(content['example'], indent=2, ensure_ascii=False))}</code></pre>"


def _answers(operation: _Node) -> str:
    shown = []
    for code, one in operation["responses"].items():
        if "$ref" not in one:
            for kind, content in one["content"].items():
                shown.append(f"<li>{code}: {_type(content['schema'])}, as <code>{escape(kind)}</code></li>")
    codes = [code for code, one in operation["responses"].items() if "$ref" in one]
    errors = f'<li>{", ".join(codes)}: <a href="#errors">an error</a></li>' if codes else ""
    return f"<h3>Answers</h3><ul>{''.join(shown)}{errors}</ul>"


def _errors(document: _Node) -> str:
    codes: dict[str, str] = {}
    for _, _, operation in _each(document):
        codes |= {code: one["$ref"].rpartition("/")[2] for code, one in operation["responses"].items() if "$ref" in one}
    meanings = document["components"]["responses"]
    rows = [(code, escape(name), _inline(meanings[name]["description"])) for code, name in sorted(codes.items())]
    told = _table("What a code means", ("HTTP", "code", "what it means"), rows)
    return f'<section id="errors"><h2>Errors</h2><p>The body is a {_link("Status")}.</p>{told}</section>'


def _schemas(document: _Node) -> Iterator[str]:
    yield '<section id="schemas"><h2>Schemas</h2>'
    for name, schema in document["components"]["schemas"].items():
        required = schema.get("required", ())
        rows = [
            (
                f"<code>{escape(field)}</code>{' (required)' if field in required else ''}",
                _type(one),
                _inline(one.get("description", "")),
            )
            for field, one in schema.get("properties", {}).items()
        ]
        fields = _table(f"Fields of {name}", ("name", "type", "what it is"), rows) if rows else ""
        yield f'<h3 id="schema-{escape(name)}">{escape(name)}</h3>{_text(schema.get("description", ""))}{fields}\n'
    yield "</section>"


def _each(document: _Node) -> Iterator[tuple[str, str, _Node]]:
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            yield path, verb, operation


def _type(schema: _Node) -> str:
    """A schema in few words, with a link to what it names."""
    if "$ref" in schema:
        return _link(schema["$ref"].rpartition("/")[2])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"map of text to {_type(schema['additionalProperties'])}"
    return escape(" ".join(part for part in (schema.get("type", ""), schema.get("format", "")) if part))


def _link(name: str) -> str:
    return f'<a href="#schema-{escape(name)}">{escape(name)}</a>'


def _table(caption: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table whose first cell heads its row; the cells are HTML."""
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>' for row in rows
    )
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _text(text: str) -> str:
    """Paragraphs, and lists whose lines begin with a dash."""
    shown = []
    for paragraph in text.split("\n\n"):
        lines = paragraph.splitlines()
        if lines and all(line.startswith("- ") for line in lines):
            shown.append(f"<ul>{''.join(f'<li>{_inline(line[2:])}</li>' for line in lines)}</ul>")
        elif paragraph:
            shown.append(f"<p>{_inline(paragraph)}</p>")
    return "".join(shown)


def _inline(text: str) -> str:
    return _WORDS.sub(r"<code>\1</code>", escape(text))
