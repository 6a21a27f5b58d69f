"""What a browser without scripts would send of a page: its forms, with what is filled in, and the ways out."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

FIELDS = {"input", "textarea", "select"}


@dataclass
class Form:
    """One form of a page: where it goes, what it would send, its buttons and its links."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[dict[str, str]] = field(default_factory=list)
    links: list[dict[str, str]] = field(default_factory=list)

    def pressed(self, mark: str) -> dict[str, list[str]]:
        """Return what the form sends when the one button with this attribute is pressed."""
        (button,) = [each for each in self.buttons if mark in each]
        return self.values | ({button["name"]: [button["value"]]} if "name" in button else {})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._text: list[str] | None = None
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""))
            self.forms.append(self._form)
        if self._form is None:
            return
        if tag == "button":
            self._form.buttons.append(given)
        elif tag == "a":
            self._form.links.append(given)
        elif tag in FIELDS and "disabled" not in given:
            self._field(tag, given)
        elif tag == "option" and "selected" in given and self._name:
            self._form.values.setdefault(self._name, []).append(given.get("value", ""))

    def _field(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "textarea":
            self._name, self._text = name, []
        elif tag == "select":
            self._name = name
        elif name and kind not in {"file", "submit"} and (kind not in {"radio", "checkbox"} or "checked" in given):
            unsaid = "on" if kind in {"radio", "checkbox"} else ""
            self._form.values.setdefault(name, []).append(given.get("value", unsaid))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._form is not None and self._text is not None:
            # A browser drops the line end that follows the opening tag.
            self._form.values.setdefault(self._name, []).append("".join(self._text).removeprefix("\n"))
            self._text = None
        elif tag == "select":
            self._name = ""


def forms_of(page: str) -> list[Form]:
    """Return the forms of a page or a fragment."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.forms


def form_with(page: str, mark: str) -> Form:
    """Return the one form of a page whose button has this attribute."""
    (found,) = [form for form in forms_of(page) if any(mark in button for button in form.buttons)]
    return found
