"""The tools behind `make`: what they refuse, and that they find what they look for."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import check, template_texts, translations, vendor

BASE_DIR = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A small checkout of its own, with every tracked file listed."""
    monkeypatch.chdir(tmp_path)

    def tracked(*patterns):
        files = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
        return [path for path in files if not patterns or path.match(patterns[0])]

    monkeypatch.setattr(check, "tracked", tracked)
    return tmp_path


def test_a_program_that_fails_without_a_word_is_reported():
    """A check is green by its exit code, not by its silence."""
    (problem,) = check.program(sys.executable, "-c", "raise SystemExit(3)")()
    assert problem.endswith("failed (3)")
    assert list(check.program(sys.executable, "-c", "print('fine')")()) == []


def test_a_broken_link_is_reported_with_its_line(elsewhere):
    """Addresses elsewhere are left alone; files must exist."""
    (elsewhere / "there.md").write_text("# There\n", encoding="utf-8")
    text = "# A\n[good](there.md#there) [out](https://example.org) [own](#a)\n![bad](missing.png)\n"
    (elsewhere / "page.md").write_text(text, encoding="utf-8")
    assert list(check.links()) == ["page.md:3: missing.png does not exist"]


def test_a_path_in_back_ticks_that_leads_nowhere_is_reported(elsewhere):
    """Files, folders, modules and their functions must be there; other words, and what a command makes, need not."""
    (elsewhere / "room" / "services").mkdir(parents=True)
    (elsewhere / "static").mkdir()
    (elsewhere / "room" / "services" / "calls.py").write_text("def start():\n    return 1\n", encoding="utf-8")
    good = "`room/services/` `room/services/calls` `room/services/calls.start` `room/services/calls.py`"
    good += " `static/vendor/x` `a/b`"
    text = f"{good}\n`room/services/visits` `room/services/calls.end`\n"
    (elsewhere / "page.md").write_text(text, encoding="utf-8")
    found = [problem.removeprefix("page.md:2: ") for problem in check.links()]
    assert found == ["room/services/visits does not exist", "room/services/calls.end does not exist"]


def test_a_link_to_a_heading_that_is_not_there_is_reported(elsewhere):
    """By name of the heading, in links of every form; examples of code lead nowhere and may."""
    (elsewhere / "there.md").write_text("# The Place, 地方\n\n## Two words\n", encoding="utf-8")
    (elsewhere / "page.md").write_text(
        "[good](there.md#the-place-地方) [good](there.md#two-words)\n[bad](there.md#gone)\n\n[x][y]\n\n"
        '[y]: nowhere.md\n<img src="missing.png">\n\n```\n[z](example.md)\n```\n',
        encoding="utf-8",
    )
    assert [problem.partition(": ")[2] for problem in check.links()] == [
        "there.md#gone does not exist",
        "nowhere.md does not exist",
        "missing.png does not exist",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "<p>Words for nobody else</p>",
        "<p>只有中文</p>",
        '<img alt="A chart" src="x.png">',
        '<input placeholder="Search" name="q">',
        '{% translate "Known" %} unknown',
    ],
)
def test_words_of_one_language_in_a_template_are_reported(tmp_path, line):
    """Both languages are whole: what nobody gave to the translation is English for the Chinese reader."""
    page = tmp_path / "page.html"
    page.write_text(f"<div>\n{line}\n</div>\n", encoding="utf-8")
    found = list(template_texts.untranslated([page]))
    assert len(found) == 1
    assert found[0].startswith(f"{page}:2: ")


@pytest.mark.parametrize(
    "line",
    [
        '<p class="some-class">{% translate "Words" %} · {{ amount }} &nbsp; 12</p>',
        "{% blocktranslate %}Words\nin lines{% endblocktranslate %}{# a remark #}<!-- another -->",
        '<input aria-label="{% translate "Search" %}"> 一案通 OneCase',
        "{% comment %}Long remark{% endcomment %}{% block body_class %}wide{% endblock %}",
    ],
)
def test_translated_words_and_code_in_a_template_are_left_alone(tmp_path, line):
    """A lint that cries wolf is switched off."""
    page = tmp_path / "page.html"
    page.write_text(line, encoding="utf-8")
    assert not list(template_texts.untranslated([page]))


def test_what_somebody_else_wrote_is_reported(elsewhere):
    """By its name, its folder, or lines that no hand writes."""
    (elsewhere / "static" / "vendor").mkdir(parents=True)
    for name, text in {
        "static/vendor/a.js": "x",
        "static/b.min.js": "x",
        "static/c.js": "x;" * 600,
        "static/own.js": "let x = 1;\n" * 600,
    }.items():
        (elsewhere / name).write_text(text, encoding="utf-8")
    assert sorted(problem.partition(":")[0] for problem in check.foreign_files()) == [
        "static/b.min.js",
        "static/c.js",
        "static/vendor/a.js",
    ]


def test_a_long_file_and_a_long_function_are_reported(elsewhere):
    """Unless a line at the top, or above the function, says why."""
    function = "def f():\n" + "    x = 1\n" * 50
    (elsewhere / "long.py").write_text(function + "y = 2\n" * 400, encoding="utf-8")
    (elsewhere / "excused.py").write_text(
        f"{check.EXCUSE}a table.\n{check.EXCUSE}one list.\n" + function + "y = 2\n" * 400, encoding="utf-8"
    )
    found = list(check.lengths())
    assert len(found) == 2
    assert all(problem.startswith("long.py:") for problem in found)


def test_a_path_of_one_machine_is_reported(elsewhere):
    """Nobody else has that directory."""
    (elsewhere / "notes.txt").write_text("see /ho" + "me/anna/file\n", encoding="utf-8")
    assert len(list(check.machine_paths())) == 1


@pytest.mark.parametrize(
    "line",
    [
        "<script>alert(1)</script>",
        '<p style="color: red">x</p>',
        '<button onclick="go()">x</button>',
        '<a href="javascript:go()">x</a>',
        "<div hx-vals='js:{a: 1}'>x</div>",
        '<div hx-on:click="go()">x</div>',
    ],
)
def test_what_the_policy_blocks_is_found_in_templates(line):
    """Better now than in a browser."""
    assert check.BLOCKED.search(line)


@pytest.mark.parametrize(
    "line",
    [
        '<script src="/static/a.js" defer></script>',
        '<script type="application/json" id="data">{}</script>',
        '<a class="button" href="/stylebook/">x</a>',
        '<div data-style="x" aria-controls="y">x</div>',
    ],
)
def test_what_the_policy_allows_is_left_alone(line):
    """A lint that cries wolf is switched off."""
    assert not check.BLOCKED.search(line)


def write_catalogue(base: Path, entries: str) -> None:
    path = base / "locale" / "core" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'
    path.write_text(header + entries, encoding="utf-8")


def test_untranslated_unused_and_broken_strings_are_reported(tmp_path, monkeypatch, capsys):
    """Code and templates say what is needed; the catalogue says what is there."""
    monkeypatch.setattr(translations, "BASE_DIR", tmp_path)
    monkeypatch.setattr(translations, "LOCALE", tmp_path / "locale")
    (tmp_path / "desk").mkdir()
    (tmp_path / "templates" / "desk").mkdir(parents=True)
    code = 'from django.utils.translation import gettext as _\n_("Said in code")\n_("%(n)s left")\n_("Known")\n'
    (tmp_path / "desk" / "words.py").write_text(code, encoding="utf-8")
    template = (
        '{% load i18n %}{% translate "Said in a template" %}{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}'
    )
    (tmp_path / "templates" / "desk" / "page.html").write_text(template, encoding="utf-8")
    write_catalogue(
        tmp_path,
        'msgid "Known"\nmsgstr "已知"\n\nmsgid "Gone"\nmsgstr "没有了"\n\nmsgid "%(n)s left"\nmsgstr "剩余"\n\n'
        'msgid "Hello %(name)s"\nmsgstr "您好，%(name)s"\n',
    )
    assert translations.check() == 1
    said = capsys.readouterr().out
    assert "no Chinese for 'Said in code'" in said
    assert "no Chinese for 'Said in a template'" in said
    assert "nothing says 'Gone' any more" in said
    assert "'%(n)s left' has other placeholders" in said
    assert "Known" not in said
    assert "Hello" not in said


def test_a_string_that_begins_in_chinese_is_reported_even_when_it_is_translated(tmp_path, monkeypatch, capsys):
    """The English page would show it as it is: what stands in code is the English."""
    monkeypatch.setattr(translations, "BASE_DIR", tmp_path)
    monkeypatch.setattr(translations, "LOCALE", tmp_path / "locale")
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "words.py").write_text('_("已知")\n', encoding="utf-8")
    write_catalogue(tmp_path, 'msgid "已知"\nmsgstr "已知"\n')
    assert translations.check() == 1
    assert "desk/words.py:1: no English for '已知'" in capsys.readouterr().out


def test_a_misspelt_icon_is_refused(tmp_path, monkeypatch, capsys):
    """The sprite holds the icons in use, and nothing that does not exist."""
    sprite, names, target = tmp_path / "sprite.svg", tmp_path / "icons.txt", tmp_path / "icons.svg"
    sprite.write_text('<svg><symbol id="tabler-phone"><path/></symbol><symbol id="tabler-x"/></svg>', encoding="utf-8")
    names.write_text("# in use\nphone\nphome\n", encoding="utf-8")
    monkeypatch.setattr(vendor, "SPRITE", sprite)
    monkeypatch.setattr(vendor, "ICON_NAMES", names)
    assert vendor.cut_icons(target) == 1
    assert "no icon 'phome'" in capsys.readouterr().err
    assert '<symbol id="phone">' in target.read_text(encoding="utf-8")


def test_make_begins_with_an_optimised_python_goes_on_with_the_environments_and_takes_the_one_that_is_named(tmp_path):
    """Of a version manager's Python, which comes first on the path, everything would take longer."""
    (tmp_path / "Makefile").write_text((BASE_DIR / "Makefile").read_text(encoding="utf-8"), encoding="utf-8")
    for name, answers in (("", 'case "$2" in *optimizations*) exit 1;; esac'), (".14", "exit 1"), (".13", "exit 0")):
        python = tmp_path / "bin" / f"python3{name}"
        python.parent.mkdir(exist_ok=True)
        python.write_text(f"#!/bin/sh\n{answers}\n", encoding="ascii")
        python.chmod(0o755)

    def chosen(*given):
        path = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}
        command = ["make", "-n", "install", *given]
        return subprocess.run(command, cwd=tmp_path, env=path, capture_output=True, text=True, check=True).stdout

    assert chosen() == "python3.13 tools/bootstrap.py\n"
    (tmp_path / "bin" / "python3.13").write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    assert chosen("PYTHONS=python3 python3.13") == "python3 tools/bootstrap.py\n"
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    assert chosen() == ".venv/bin/python tools/bootstrap.py\n"
    assert chosen("PYTHON=other") == "other tools/bootstrap.py\n"


def test_two_rooms_may_not_translate_one_string_differently(tmp_path, monkeypatch, capsys):
    """At run time all catalogues are one: the other room's word would be shown, and nobody would know why."""
    for room, word in (("desk", "文件"), ("oversight", "档案")):
        folder = tmp_path / "locale" / room / "zh_Hans" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        (folder / "django.po").write_text(f'{head}msgid "File"\nmsgstr "{word}"\n', encoding="utf-8")
    package = tmp_path / "desk"
    package.mkdir()
    (package / "words.py").write_text('_("File")\n', encoding="utf-8")
    monkeypatch.setattr(translations, "BASE_DIR", tmp_path)
    monkeypatch.setattr(translations, "LOCALE", tmp_path / "locale")
    assert translations.check() == 1
    assert "'File' is '档案' here and '文件' in" in capsys.readouterr().out
