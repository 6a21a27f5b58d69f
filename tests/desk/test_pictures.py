"""The picture of the README is the record as the test run sees it."""

from itertools import count
from types import SimpleNamespace

import pytest

from tests import factories, pictures
from tests.desk import scenes

pytestmark = pytest.mark.browser


@pytest.fixture
def scene(transactional_db, monkeypatch):
    """The scene with the same numbers in every run, whatever ran before."""
    monkeypatch.setattr(factories, "_numbers", count(1))
    return scenes.set_up()


@pytest.mark.parametrize(("language", "name"), [("en", "record-en"), ("zh-CN", "record-zh")])
def test_the_readme_shows_the_record_as_it_looks(visit, scene, request, language, name):
    """Taken anew in each run; kept anew only where somebody would see the difference."""
    visitor = visit(language=language, height=1020)
    visitor.sign_in(scene.collector)
    visitor.open(f"/c/{scene.customer.customer_no}/?queue=to_contact")
    visitor.page.wait_for_selector("#feed-state[data-feed-state=live]")
    visitor.page.wait_for_timeout(500)
    pictures.keep(visitor, name, request=request)


def _paint(visitor, words):
    visitor.page.set_content(f"<h1>{words}</h1><p>Everything else stays as it is.</p>")


def asked(renew):
    """A test of its own, as far as `keep` sees: what is kept here is no picture of the documents."""
    config = SimpleNamespace(getoption=lambda _name: renew)
    return SimpleNamespace(config=config, node=SimpleNamespace(user_properties=[]))


def test_a_picture_is_renewed_only_when_it_visibly_differs(visit, tmp_path):
    """The same page leaves the file alone to the last byte; another heading does not."""
    request = asked(True)
    visitor = visit(width=400, height=300)
    kept = tmp_path / "page.png"
    _paint(visitor, "Promise active")
    pictures.keep(visitor, "page", request=request, kept_in=tmp_path)
    first = kept.read_bytes()
    # A byte that no reader of pictures looks at.
    kept.write_bytes(first + b" ")
    pictures.keep(visitor, "page", request=request, kept_in=tmp_path)
    assert kept.read_bytes() == first + b" "
    _paint(visitor, "In mediation")
    pictures.keep(visitor, "page", request=request, kept_in=tmp_path)
    assert kept.read_bytes() not in {first, first + b" "}
    assert request.node.user_properties == [("picture", ["page.png", True])] * 2


def test_a_run_that_was_not_asked_to_leaves_pictures_alone_and_says_so(visit, tmp_path):
    """A plain test run does not touch what git keeps."""
    visitor = visit(width=400, height=300)
    _paint(visitor, "Promise active")
    pictures.keep(visitor, "page", request=asked(True), kept_in=tmp_path)
    first = (tmp_path / "page.png").read_bytes()
    _paint(visitor, "In mediation")
    request = asked(False)
    pictures.keep(visitor, "page", request=request, kept_in=tmp_path)
    assert (tmp_path / "page.png").read_bytes() == first
    assert request.node.user_properties == [("picture", ["page.png", False])]
