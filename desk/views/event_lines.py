"""The events of a record's history as HTML. Thirty of them cost most of it: no template is walked for each."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.html import conditional_escape as escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collections_app.templatetags.terms import clock_time, dept_mark, term

if TYPE_CHECKING:
    from desk.views.timeline import Item

_LINE = (
    '<li class="timeline-item{classes}" id="event-{id}">'
    '<time datetime="{at}">{time}</time>{department}'
    '<div class="timeline-what"><span class="timeline-title">{title}</span>{tags}'
    '<span class="timeline-who"><span class="sr-only">{of}</span> {who}</span>{words}{links}</div></li>\n'
)


def lines(items: Sequence["Item"]) -> SafeString:
    """Return the events of a day, each with who, what was typed, and the ways to hear or correct it."""
    departments = cache(_department)
    return mark_safe("".join(_line(item, *departments(item.department)) for item in items))  # noqa: S308  every value is escaped below


def _department(code: str) -> tuple[str, str]:
    """The sign of a department with its name, and the name by itself."""
    name = escape(term(code, "departments"))
    sign = escape(dept_mark(code))
    return f'<span class="badge-dept dept-{escape(code)}" title="{name}" aria-hidden="true">{sign}</span>', name


def _line(item: "Item", department: str, name: str) -> str:
    title = escape(item.title)
    # Words to be translated stand outside the strings that hold them: there nobody would collect them.
    corrected = escape(_("corrected later"))
    tags = f' <span class="tag tag-corrected">{corrected}</span>' if item.is_corrected else ""
    tags += f' <span class="tag">{escape(item.code)}</span>' if item.code else ""
    words = f'<div class="timeline-detail">{escape(item.detail)}</div>' if item.detail else ""
    words += f'<div class="timeline-text">{escape(item.text)}</div>' if item.text else ""
    links = _link(item.recording_url, escape(_("Recording"))) if item.recording_url else ""
    if item.correct_url:
        correct = escape(pgettext("a record", "Correct"))
        links += _link(item.correct_url, f'{correct}<span class="sr-only"> {title}</span>')
    return _LINE.format(
        classes=(" is-new" if item.is_new else "") + (" is-weighty" if item.is_weighty else ""),
        id=item.id,
        at=timezone.localtime(item.at).isoformat(),
        time=clock_time(item.at),
        department=department,
        title=title,
        tags=f"{tags} ",
        of=name,
        who=escape(item.who),
        words=words,
        links=links,
    )


def _link(url: str, words: str) -> str:
    return f'<a class="timeline-correct" data-writes href="{escape(url)}">{words}</a> '
