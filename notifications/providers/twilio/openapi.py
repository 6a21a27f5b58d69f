"""Checking requests and answers against Twilio's own OpenAPI description of its Messages and Calls."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_SPECS = tuple(Path(__file__).with_name(f"openapi_{name}.json") for name in ("messages", "calls"))
_BOOLEANS = frozenset({"true", "false"})
_PHONE = re.compile(r"^(\+[1-9]\d{1,14}|\d{3,8}|[A-Za-z0-9 ]{1,11}|[a-z]+:.+)$")


@cache
def spec() -> dict[str, Any]:
    """Return the parts of the description that are about messages and calls."""
    first, *others = (json.loads(path.read_text(encoding="utf-8")) for path in _SPECS)
    for other in others:
        first["paths"] |= other["paths"]
        first["components"]["schemas"] |= other["components"]["schemas"]
    return dict(first)


def operation(method: str, path: str) -> tuple[dict[str, Any], dict[str, str]] | None:
    """Return the operation a request means and its path parameters, or None when there is none."""
    for template, operations in spec()["paths"].items():
        found = re.match(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template) + "$", path)
        if found and method.lower() in operations:
            return operations[method.lower()], found.groupdict()
    return None


def request_problems(
    described: Mapping[str, Any],
    *,
    path_values: Mapping[str, str],
    query: Mapping[str, Sequence[str]],
    form: Mapping[str, Sequence[str]],
) -> list[str]:
    """Return everything in a request that its operation does not describe."""
    problems = []
    known = {(item["in"], item["name"]): item for item in described.get("parameters", [])}
    for name, value in path_values.items():
        problems += _text_problems(known["path", name]["schema"], value, name)
    for name, values in query.items():
        if ("query", name) not in known:
            problems.append(f"{name}: no such query parameter")
            continue
        problems += [item for value in values for item in _text_problems(known["query", name]["schema"], value, name)]
    schema = _form_schema(described)
    properties = schema.get("properties", {})
    problems += [f"{name}: is required" for name in schema.get("required", []) if not form.get(name)]
    for name, values in form.items():
        if name not in properties:
            problems.append(f"{name}: no such parameter")
            continue
        problems += _form_problems(properties[name], values, name) if values else []
    return problems


def _form_schema(described: Mapping[str, Any]) -> dict[str, Any]:
    content = described.get("requestBody", {}).get("content", {})
    return dict(content.get("application/x-www-form-urlencoded", {}).get("schema", {}))


def _form_problems(schema: Mapping[str, Any], values: Sequence[str], name: str) -> list[str]:
    resolved = _resolve(schema)
    if resolved.get("type") == "array":
        return [item for value in values for item in _text_problems(resolved["items"], value, name)]
    if len(values) > 1:
        return [f"{name}: given more than once"]
    return _text_problems(resolved, values[0], name)


def _text_problems(schema: Mapping[str, Any], text: str, name: str) -> list[str]:
    """Check a value that came as text, in a path, a query or a form."""
    resolved = _resolve(schema)
    kind = resolved.get("type")
    if kind == "integer" and not re.fullmatch(r"-?\d+", text):
        return [f"{name}: is not an integer"]
    if kind == "number" and not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return [f"{name}: is not a number"]
    if kind == "boolean" and text not in _BOOLEANS:
        return [f"{name}: is not true or false"]
    return _string_problems(resolved, text, name) if kind == "string" else []


def _string_problems(schema: Mapping[str, Any], text: str, name: str) -> list[str]:
    problems = []
    if len(text) < schema.get("minLength", 0) or len(text) > schema.get("maxLength", len(text)):
        problems.append(f"{name}: has the wrong length")
    if "pattern" in schema and not re.search(schema["pattern"], text):
        problems.append(f"{name}: does not match {schema['pattern']}")
    if "enum" in schema and text not in schema["enum"]:
        problems.append(f"{name}: is none of {', '.join(schema['enum'])}")
    if not _has_format(schema.get("format", ""), text):
        problems.append(f"{name}: is no {schema['format']}")
    return problems


def _has_format(name: str, text: str) -> bool:
    if name == "phone-number":
        return bool(_PHONE.match(text))
    if name == "uri":
        parts = urlsplit(text)
        # Twilio refuses host names with underscores (facts T-8); answers hold paths without a host.
        return text.startswith("/") or (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and "_" not in str(parts.hostname)
        )
    try:
        if name == "date-time":
            datetime.fromisoformat(text.replace("Z", "+00:00"))
        elif name == "date-time-rfc-2822":
            parsedate_to_datetime(text)
    except ValueError:
        return False
    return True


def answer_problems(described: Mapping[str, Any], *, status: int, body: Any) -> list[str]:
    """Return everything in an answer that its operation does not describe."""
    answers = described["responses"]
    if str(status) not in answers:
        return [f"{status}: no such answer"]
    schema = answers[str(status)]["content"]["application/json"]["schema"]
    return _value_problems(schema, body, "answer")


def _value_problems(schema: Mapping[str, Any], value: Any, name: str) -> list[str]:
    resolved = _resolve(schema)
    if value is None:
        return [] if resolved.get("nullable") else [f"{name}: is null"]
    kind = resolved.get("type")
    if kind == "object":
        return _object_problems(resolved, value, name)
    if kind == "array":
        if not isinstance(value, list):
            return [f"{name}: is no array"]
        return [item for element in value for item in _value_problems(resolved["items"], element, name)]
    expected: Any = {"string": str, "integer": int, "number": (int, float), "boolean": bool}.get(str(kind), object)
    if not isinstance(value, expected):
        return [f"{name}: is no {kind}"]
    return _string_problems(resolved, value, name) if kind == "string" else []


def _object_problems(schema: Mapping[str, Any], value: Any, name: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{name}: is no object"]
    properties = schema.get("properties")
    if properties is None:
        return []
    problems = [f"{name}.{key}: is not described" for key in value if key not in properties]
    for key, item in value.items():
        if key in properties:
            problems += _value_problems(properties[key], item, f"{name}.{key}")
    return problems


def _resolve(schema: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return dict(schema)
    return dict(spec()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
