"""The pictures of docs/screenshots, taken by tests of the running application.

With `--pictures` (so in `make test` and `make screenshots`) a picture that visibly differs from what its page looks
like now is renewed. Other runs only say so. What nobody can see, such as how an edge is smoothed, changes nothing.
"""

from base64 import b64encode
from pathlib import Path

import pytest

from tests.browsing import BASE_DIR, Visitor

KEPT = BASE_DIR / "docs" / "screenshots"
PROPERTY = "picture"
# At a quarter of the size, a pixel that changed by so much is seen; so large a share of them is a change.
SEEN = 24
VISIBLE_SHARE = 0.003
COMPARE = """async ([kept, made, seen]) => {
    const load = (data) => new Promise((done, failed) => {
        const image = new Image();
        image.onload = () => done(image);
        image.onerror = () => failed(new Error("no picture"));
        image.src = "data:image/png;base64," + data;
    });
    const [one, other] = await Promise.all([load(kept), load(made)]);
    if (one.width !== other.width || one.height !== other.height) return 1;
    const [width, height] = [Math.ceil(one.width / 4), Math.ceil(one.height / 4)];
    const pixels = (image) => {
        const context = new OffscreenCanvas(width, height).getContext("2d");
        context.imageSmoothingQuality = "high";
        context.drawImage(image, 0, 0, width, height);
        return context.getImageData(0, 0, width, height).data;
    };
    const [before, after] = [pixels(one), pixels(other)];
    let changed = 0;
    for (let at = 0; at < before.length; at += 4) {
        const apart = [0, 1, 2].map((channel) => Math.abs(before[at + channel] - after[at + channel]));
        changed += Math.max(...apart) > seen;
    }
    return changed / (width * height);
}"""


def differ(visitor: Visitor, kept: Path, made: Path) -> bool:
    """Return whether a person would see that two PNG files are not the same picture."""
    page = visitor.context.new_page()
    both = [b64encode(path.read_bytes()).decode() for path in (kept, made)]
    share: float = page.evaluate(COMPARE, [*both, SEEN])
    page.close()
    return share > VISIBLE_SHARE


def keep(visitor: Visitor, name: str, *, request: pytest.FixtureRequest, kept_in: Path = KEPT) -> None:
    """Take a picture of what the visitor sees; renew the kept one where asked to, and note it in the report."""
    made = visitor.picture(f"docs-{name}")
    kept = kept_in / f"{name}.png"
    if kept.exists() and not differ(visitor, kept, made):
        return
    renewed = bool(request.config.getoption("pictures"))
    if renewed:
        kept_in.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(made.read_bytes())
    request.node.user_properties.append((PROPERTY, [kept.name, renewed]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which pictures were renewed, and which should be. Reports come from every worker."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            if name == PROPERTY:
                picture, renewed = value
                said = "was renewed: commit it" if renewed else "no longer looks like its page: make screenshots"
                terminalreporter.line(f"docs/screenshots/{picture} {said}", yellow=True)
