"""Writes the contract, `openapi.json`, as Markdown for the manual: a page of routes, a page of models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Tree = dict[str, Any]


def routes_page(document: Tree) -> str:
    """Return every path and method by tag: what it takes, what it answers, with one example of each body."""
    info = document["info"]
    lines = [f"# {info['title']} {info['version']}", "", info["description"], ""]
    by_tag: dict[str, list[tuple[str, str, Tree]]] = {}
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            by_tag.setdefault(route["tags"][0], []).append((method.upper(), path, route))
    for tag, routes in sorted(by_tag.items()):
        lines += [f"## {tag}", ""]
        for method, path, route in routes:
            lines += _route(document, method, path, route)
    return "\n".join(lines) + "\n"


def models_page(document: Tree) -> str:
    """Return every model with its fields."""
    lines = ["# Models", "", "Every body of the contract. A field in **bold** is required.", ""]
    for name, schema in sorted(document["components"]["schemas"].items()):
        lines += [f"## {name}", "", schema.get("description", ""), ""]
        fields = schema.get("properties", {})
        if fields:
            lines += ["| field | is | bounds |", "|---|---|---|"]
            required = set(schema.get("required", ()))
            for field, kind in fields.items():
                shown = f"**{field}**" if field in required else field
                lines.append(f"| {shown} | {_kind(kind, 'models.md')} | {_bounds(kind)} |")
        else:
            lines.append(f"{_kind(schema, 'models.md')} {_bounds(schema)}")
        lines.append("")
    return "\n".join(lines)


def _route(document: Tree, method: str, path: str, route: Tree) -> Iterator[str]:
    yield from (f"### {method} {path}", "", str(route.get("description", route.get("summary", ""))), "")
    if parameters := route.get("parameters"):
        yield from ("| parameter | in | is | bounds |", "|---|---|---|---|")
        for one in parameters:
            name = f"**{one['name']}**" if one.get("required") else one["name"]
            yield f"| {name} | {one['in']} | {_kind(one['schema'], 'models.md')} | {_bounds(one['schema'])} |"
        yield ""
    if body := route.get("requestBody"):
        taken: Tree = next(iter(body["content"].values()))
        yield from (f"Takes {_kind(taken['schema'], 'models.md')}.", "")
        yield from _example(document, taken)
    yield from ("| answer | is | says |", "|---|---|---|")
    for status, answer in route["responses"].items():
        content: Tree = next(iter(answer.get("content", {}).values()), {})
        kind = _kind(content["schema"], "models.md") if "schema" in content else "–"
        yield f"| {status} | {kind} | {_cell(answer['description'])} |"
    yield ""
    for status, answer in route["responses"].items():
        if status.startswith("2"):
            yield from _example(document, next(iter(answer.get("content", {}).values()), {}))


def _example(document: Tree, content: Tree) -> Iterator[str]:
    for one in list(content.get("examples", {}).values())[:1]:
        found = document["components"]["examples"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        yield from ("```json", json.dumps(found["value"], ensure_ascii=False, indent=2), "```", "")


def _kind(schema: Tree, models: str) -> str:
    """Return what a value is, in words, with links to the models."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}]({models}#{name.lower()})"
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(_kind(one, models) for one in schema[several])
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}), models)}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"names with {_kind(schema['additionalProperties'], models)}"
    return _cell(str(schema.get("format") or schema.get("type", "anything")))


def _bounds(schema: Tree) -> str:
    names = ("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "pattern", "default")
    inner = [schema, *(one for one in schema.get("anyOf", ()) if isinstance(one, dict))]
    return ", ".join(f"{name} {_code(one[name])}" for one in inner for name in names if one.get(name) is not None)


def _code(value: object) -> str:
    text = _cell(str(value))
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
