"""The picture of a simulation: four small charts, both sides in each, as SVG without any script or outside font."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from oversight.domain.simulation.measures import Measured

_WIDTH, _HEIGHT = 960, 640
_PANEL_WIDTH, _PANEL_HEIGHT = 400, 190
_LEFT, _TOP, _ACROSS, _DOWN = 60, 110, 470, 270
# Dark amber and blue differ in lightness too, so that they can be told apart without colour.
_APART, _TOGETHER, _INK, _QUIET = "#b45309", "#1d4ed8", "#1f2937", "#6b7280"
_FONTS = "'PingFang SC','Noto Sans SC','Noto Sans CJK SC','Microsoft YaHei',sans-serif"
_TICKS = 4
_OPENING = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
    f' font-family="{_FONTS}" fill="{_INK}">'
)


@dataclass(frozen=True, slots=True)
class Words:
    """What the picture says, in one language: titles of the counted panels by what they count, and the rest."""

    title: str
    about: str
    apart: str
    together: str
    panels: Mapping[str, str]
    lag: str
    median: str
    p95: str
    longest: str


def draw(*, apart: Measured, together: Measured, begins: date, days: int, words: Words) -> str:
    """Return the picture: what went wrong day by day, added up, and how late information arrived, in hours."""
    parts = [
        _OPENING,
        f"<title>{escape(words.title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        _text(_LEFT, 36, words.title, size=20, weight=600),
        _text(_LEFT, 60, words.about, colour=_QUIET),
        *_legend(words),
    ]
    for place, (name, title) in enumerate(words.panels.items()):
        sides = [_added_up(side.breaches[name], begins, days) for side in (apart, together)]
        parts += _lines(place, title, sides, begins, days)
    parts += _bars(len(words.panels), words, apart, together)
    return "\n".join([*parts, "</svg>", ""])


def _added_up(dates: Sequence[date], begins: date, days: int) -> list[int]:
    """How many there had been by the end of each day."""
    on = [0] * days
    for one in dates:
        day = (one - begins).days
        on[min(max(day, 0), days - 1)] += 1
    total = 0
    return [total := total + count for count in on]


def _lines(place: int, title: str, sides: Sequence[Sequence[int]], begins: date, days: int) -> list[str]:
    left, top = _corner(place)
    most = _round_up(max(max(side) for side in sides))
    parts = [*_frame(left, top, title, most)]
    for day in sorted({0, days // 2, days - 1}):
        x = left + _PANEL_WIDTH * day / max(days - 1, 1)
        parts.append(_text(x, top + _PANEL_HEIGHT + 18, f"{begins + timedelta(days=day):%m-%d}", anchor="middle"))
    for side, colour, dashes in zip(sides, (_APART, _TOGETHER), ("", "6 4"), strict=True):
        points = " ".join(
            f"{left + _PANEL_WIDTH * day / max(days - 1, 1):.1f},{top + _PANEL_HEIGHT * (1 - value / most):.1f}"
            for day, value in enumerate(side)
        )
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"'
            f' stroke-dasharray="{dashes}"/>'
        )
        y = top + _PANEL_HEIGHT * (1 - side[-1] / most)
        parts.append(_text(left + _PANEL_WIDTH + 6, y + 4, f"{side[-1]:,}", colour=colour, weight=600))
    return parts


def _bars(place: int, words: Words, apart: Measured, together: Measured) -> list[str]:
    left, top = _corner(place)
    groups = [
        (words.median, apart.lag_median_hours, together.lag_median_hours),
        (words.p95, apart.lag_p95_hours, together.lag_p95_hours),
        (words.longest, apart.lag_longest_hours, together.lag_longest_hours),
    ]
    most = _round_up(max(max(first, second) for _, first, second in groups))
    parts = [*_frame(left, top, words.lag, most)]
    step, wide = _PANEL_WIDTH / len(groups), 34
    for index, (name, *values) in enumerate(groups):
        middle = left + step * (index + 0.5)
        parts.append(_text(middle, top + _PANEL_HEIGHT + 18, name, anchor="middle"))
        for offset, value, colour in zip((-wide - 3, 3), values, (_APART, _TOGETHER), strict=True):
            height = _PANEL_HEIGHT * value / most
            y = top + _PANEL_HEIGHT - height
            parts.append(
                f'<rect x="{middle + offset:.1f}" y="{y:.1f}" width="{wide}" height="{height:.1f}" fill="{colour}"/>'
            )
            parts.append(_text(middle + offset + wide / 2, y - 5, f"{value:.1f}", colour=colour, anchor="middle"))
    return parts


def _corner(place: int) -> tuple[int, int]:
    return _LEFT + _ACROSS * (place % 2), _TOP + _DOWN * (place // 2)


def _frame(left: int, top: int, title: str, most: int) -> list[str]:
    parts = [_text(left, top - 10, title, size=14, weight=600)]
    for tick in range(_TICKS + 1):
        y = top + _PANEL_HEIGHT * (1 - tick / _TICKS)
        parts.append(f'<line x1="{left}" x2="{left + _PANEL_WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e5e7eb"/>')
        parts.append(_text(left - 8, y + 4, f"{most * tick // _TICKS:,}", colour=_QUIET, anchor="end"))
    return parts


def _legend(words: Words) -> list[str]:
    parts = []
    for y, name, colour, dashes in ((30, words.apart, _APART, ""), (54, words.together, _TOGETHER, "6 4")):
        parts.append(
            f'<line x1="650" x2="690" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2.5"'
            f' stroke-dasharray="{dashes}"/>'
        )
        parts.append(_text(700, y + 4, name))
    return parts


def _round_up(value: float) -> int:
    """A round end of an axis that four steps divide: 4, 8, 20, 40, 80, 200 and so on."""
    end = 4
    while end < value:
        end = end * 5 // 2 if str(end).startswith("8") else end * 2
    return end


def _text(
    x: float, y: float, words: str, *, size: int = 12, weight: int = 400, colour: str = _INK, anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" fill="{colour}"'
        f' text-anchor="{anchor}">{escape(words)}</text>'
    )
