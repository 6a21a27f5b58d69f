"""axe on a page: what is serious or critical, judged once for each look of a text.

Whether a text stands out from what is behind it takes axe most of its time, and a list says it hundreds of times. A
text that looks as one that was found good, and stands in boxes that look as its boxes did, is not judged again: in the
same page, or in a later one of the same run. What axe finds bad, or cannot tell, is judged wherever it stands; so is
what stands elsewhere than in its boxes, and what they paint before or after themselves. Of what nobody sees axe says
that it is good: nothing follows for what is seen.
"""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page

AXE = Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js"
# A rule's impact is that of whatever it finds: rules that can only find something lesser are not run.
GRAVE = """(found_good) => {
    const lesser = axe._audit.rules.filter((rule) => ['minor', 'moderate'].includes(rule.impact));
    if (!lesser.length) throw new Error('axe tells no impact of its rules');
    const rules = Object.fromEntries(lesser.map((rule) => [rule.id, {enabled: false}]));
    const good = new Set(found_good), came = new Set(), known = new Map(), simple = new Map();
    const shortened = (text) => {
        let one = 0xdeadbeef, other = 0x41c6ce57;
        for (let at = 0; at < text.length; at++) {
            one = Math.imul(one ^ text.charCodeAt(at), 2654435761);
            other = Math.imul(other ^ text.charCodeAt(at), 1597334677);
        }
        return (one >>> 0).toString(36) + (other >>> 0).toString(36);
    };
    // What stands behind: the colours and pictures of a box and of all boxes around it, and how far one sees through.
    const box = (element) => {
        if (!element) return '';
        if (!known.has(element)) {
            const style = getComputedStyle(element), behind = [box(element.parentElement)];
            for (const name of ['backgroundColor', 'backgroundImage', 'opacity', 'mixBlendMode', 'filter']) {
                behind.push(style[name]);
            }
            known.set(element, shortened(behind.join('|')));
        }
        return known.get(element);
    };
    const look = (element) => {
        const style = getComputedStyle(element), own = [box(element), element.localName];
        for (const name of ['color', 'fontSize', 'fontWeight', 'textShadow']) own.push(style[name]);
        return shortened(own.join('|'));
    };
    // Whether what is behind is what the boxes around say: none lies elsewhere, none has a picture painted over it.
    const plain = (element) => {
        if (!element) return true;
        if (!simple.has(element)) {
            const paints = ['::before', '::after'].some((part) => {
                const style = getComputedStyle(element, part);
                return style.content !== 'none' && (style.backgroundImage !== 'none'
                    || style.backgroundColor !== 'rgba(0, 0, 0, 0)');
            });
            const {position, top, left} = getComputedStyle(element);
            const flows = position === 'static' || (position === 'relative' && top === '0px' && left === '0px');
            simple.set(element, flows && !paints && plain(element.parentElement));
        }
        return simple.get(element);
    };
    // Most boxes hold no text of their own, and are nothing to axe here.
    const says = (element) => element.matches('input, select, textarea')
        || [...element.childNodes].some((node) => node.nodeType === 3 && node.nodeValue.trim());
    const rule = axe._audit.rules.find((each) => each.id === 'color-contrast');
    const check = axe._audit.checks['color-contrast'];
    const [applies, judge] = axe.whole ??= [rule.matches, check.evaluate];
    rule.matches = function (element, ...more) {
        return !(says(element) && plain(element) && good.has(look(element))) && applies.call(this, element, ...more);
    };
    check.evaluate = function (element, ...more) {
        const said = judge.call(this, element, ...more);
        if (said === true && axe.commons.dom.isVisibleOnScreen(element) && plain(element)) {
            const found = look(element);
            good.add(found);
            came.add(found);
        }
        return said;
    };
    return axe.run(document, {resultTypes: ['violations'], preload: false, rules})
        .then(({violations}) => ({violations, came: [...came]}));
}"""
# What stands in the page beyond its right edge, but for what scrolls in a place of its own.
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll('body *')].filter((el) => el.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map((el) => `${el.tagName}.${el.className}`)"""
# The looks that were found good in this process.
_good: set[str] = set()


def bring(wire: CDPSession) -> None:
    """Have axe in every page that is opened from here on, which is half the work of carrying it there each time."""
    wire.send("Page.enable")
    wire.send("Page.addScriptToEvaluateOnNewDocument", {"source": AXE.read_text(encoding="utf-8")})


def grave(page: Page, wire: CDPSession) -> list[dict[str, Any]]:
    """Return the rules that axe finds seriously or critically broken on a page as it is now, and where.

    Without preloading axe does not fetch the style sheets again, nor copy those that import others into the page, which
    a Content-Security-Policy takes for inline styles. Only an experimental rule would need it.
    """
    if not page.evaluate("() => 'axe' in window"):
        # Straight to the engine, which remembers what it has compiled; `evaluate` would have it compiled every time.
        wire.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8"), "silent": True})
    found = page.evaluate(GRAVE, list(_good))
    _good.update(found["came"])
    return [
        {"rule": violation["id"], "where": [node["target"] for node in violation["nodes"][:5]]}
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]


def told(faults: list[dict[str, Any]], url: str) -> str:
    """Return the faults of a page as they are read."""
    return f"axe on {url}:\n{json.dumps(faults, indent=2, ensure_ascii=False)}"
