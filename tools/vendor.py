"""Copy the front-end files that pages use from node_modules/ to static/vendor/.

The icons are cut out of Tabler's sprite (two megabytes) by the names in static/icons.txt.
"""

import re
import shutil
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SOURCE = BASE_DIR / "node_modules"
TARGET = BASE_DIR / "static" / "vendor"
ICON_NAMES = BASE_DIR / "static" / "icons.txt"
SPRITE = SOURCE / "@tabler" / "icons-sprite" / "dist" / "tabler-sprite.svg"
FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
}
# A map that is not served would fail the hashed file names of production.
SOURCE_MAP = re.compile(r"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$")
SYMBOL = re.compile(r'<symbol id="tabler-([^"]+)".*?</symbol>', re.DOTALL)


def main() -> int:
    """Copy what changed; return 1 when an icon's name is unknown."""
    TARGET.mkdir(exist_ok=True)
    for name, source in FILES.items():
        copy(SOURCE / source, TARGET / name)
    return cut_icons(TARGET / "icons.svg")


def copy(source: Path, target: Path) -> None:
    """Copy one file without its reference to a source map, unless it is there already."""
    if is_newer(target, source, Path(__file__)):
        return
    text = source.read_text(encoding="utf-8")
    target.write_text(SOURCE_MAP.sub("\n", text), encoding="utf-8")
    shutil.copystat(source, target)
    target.touch()


def cut_icons(target: Path) -> int:
    """Write a sprite of the icons in use; return 1 when one does not exist."""
    if is_newer(target, SPRITE, ICON_NAMES, Path(__file__)):
        return 0
    lines = ICON_NAMES.read_text(encoding="utf-8").splitlines()
    wanted = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    symbols = {
        match[1]: match[0].replace(f'id="tabler-{match[1]}"', f'id="{match[1]}"', 1)
        for match in SYMBOL.finditer(SPRITE.read_text(encoding="utf-8"))
        if match[1] in wanted
    }
    for name in sorted(wanted - symbols.keys()):
        print(f"static/icons.txt: Tabler has no icon {name!r}", file=sys.stderr)
    body = "\n".join(symbols[name] for name in sorted(symbols))
    target.write_text(f'<svg xmlns="http://www.w3.org/2000/svg"><defs>\n{body}\n</defs></svg>\n', encoding="utf-8")
    return 1 if wanted - symbols.keys() else 0


def is_newer(target: Path, *sources: Path) -> bool:
    """Return whether the target exists and is newer than all its sources."""
    if not target.exists():
        return False
    made = target.stat().st_mtime
    return all(source.stat().st_mtime < made for source in sources)


if __name__ == "__main__":
    sys.exit(main())
