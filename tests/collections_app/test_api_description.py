"""The description of the API (docs/openapi.json) is of the API there is."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern
from rest_framework import serializers

from collections_app.domain.machines.clients import MACHINE_SCOPES
from collections_app.serializers import machines, writes
from collections_app.urls import urlpatterns

DOCS = Path(__file__).resolve().parents[2] / "docs"
DESCRIPTION: dict[str, Any] = json.loads((DOCS / "openapi.json").read_text(encoding="utf-8"))
SCHEMAS = DESCRIPTION["components"]["schemas"]
INPUTS = {
    "PermitInput": machines.PermitInput,
    "BulkInput": machines.BulkInput,
    "ReportInput": machines.ReportInput,
    "CallEventInput": machines.CallEventInput,
    "NoteInput": writes.NoteInput,
    "HoldInput": writes.HoldInput,
    "HandOffInput": writes.HandOffInput,
}


def test_every_address_and_method_is_described_and_no_other() -> None:
    served = set()
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        path = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern))
        view: Any = pattern.callback
        handlers = getattr(view, "view_class", None) or view.cls
        served |= {(path, method) for method in ("get", "post", "put", "patch", "delete") if hasattr(handlers, method)}
    assert served == {(path, method) for path, methods in DESCRIPTION["paths"].items() for method in methods}


@pytest.mark.parametrize("name", INPUTS)
def test_every_input_is_described_field_by_field(name: str) -> None:
    """Names, what is required, lengths, bounds and codes."""
    serializer = INPUTS[name]()
    described = SCHEMAS[name]
    fields = serializer.fields
    assert set(described["properties"]) == set(fields)
    assert set(described.get("required", [])) == {key for key, field in fields.items() if field.required}
    for key, field in fields.items():
        said = described["properties"][key]
        if isinstance(field, serializers.CharField) and field.max_length:
            assert said["maxLength"] == field.max_length, key
        if isinstance(field, serializers.IntegerField) and field.max_value:
            assert (said["minimum"], said["maximum"]) == (field.min_value, field.max_value)
        if isinstance(field, serializers.ListField):
            assert (said["minItems"], said["maxItems"]) == (field.min_length, field.max_length)
        if isinstance(field, serializers.ChoiceField) and "enum" in said:
            assert said["enum"] == list(field.choices)


def test_every_reference_leads_somewhere_and_every_operation_has_a_name() -> None:
    text = json.dumps(DESCRIPTION)
    assert set(re.findall(r"#/components/schemas/(\w+)", text)) == set(SCHEMAS)
    operations = [each["operationId"] for methods in DESCRIPTION["paths"].values() for each in methods.values()]
    assert len(set(operations)) == len(operations)
    scopes = DESCRIPTION["components"]["securitySchemes"]["oauth"]["flows"]["clientCredentials"]["scopes"]
    assert set(scopes) == set(MACHINE_SCOPES)


def test_the_page_names_every_address() -> None:
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    for path in DESCRIPTION["paths"]:
        plain = re.sub(r"{(\w+)}", r"<\1>", path).replace("<permit_id>", "<id>")
        assert plain in page, path
