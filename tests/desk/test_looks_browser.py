"""The desk holds what is long, large and many, at both widths, and speaks one language at a time."""

import pytest
import zeal

from tests import factories
from tests.desk import scenes

pytestmark = pytest.mark.browser

LONG_ZH = "阿依古丽娜孜·买买提江·阿卜杜热合曼江"
LONG_EN = "Maria-Magdalena Wolfeschlegelsteinhausenbergerdorff-Papadopo"
AMOUNTS = {
    "core_overdue_fen": 1_234_567_890,
    "core_minimum_due_fen": 123_456_789,
    "core_billed_fen": 1_234_567_890,
    "core_payoff_fen": 1_334_567_890,
    "core_unbilled_fen": 987_654_321,
    "limit_fen": 2_000_000_000,
}
# What stands in the page beyond its right edge, but for what scrolls in a place of its own.
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll('body *')].filter((el) => el.getBoundingClientRect().right > innerWidth + 1)
    .map((el) => `${el.tagName}.${el.className}`)"""
# What a finger must hit; a link inside a sentence is exempt (WCAG 2.5.8), and so is what is read out only.
TOO_SMALL = """() => [...document.querySelectorAll('button, summary, select, .button, .row-link, nav a')]
    .filter((el) => el.checkVisibility() && !el.closest('.sr-only'))
    .filter((el) => { const box = el.getBoundingClientRect(); return box.height < 24 || box.width < 24; })
    .map((el) => `${el.className} ${el.textContent.trim()}`)"""
# Words of the other language: names and what people typed are said by the test, codes of rules are codes.
STRANGE = """([pattern, said]) => {
    const found = [], test = new RegExp(pattern);
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const parent = walk.currentNode.parentElement;
        if (parent.closest('script, style, .tag, .why-table td:last-child')) continue;
        if (parent.closest('[lang]') !== document.documentElement) continue;
        let text = walk.currentNode.textContent;
        for (const word of said) text = text.replaceAll(word, '');
        if (test.test(text)) found.push(text.trim());
    }
    return found;
}"""
OTHER = {"zh-CN": "[A-Za-z]{3,}", "en": "[\\u3400-\\u9fff\\uff0c\\u3002\\uff1a\\uff1b\\uff08\\uff09]"}
SAID = [
    *("Enter", "Esc", "App", "CNY", "CSV", "PDF", "PNG", "JPEG", "UTF-8", "GB18030", "Asia/Shanghai"),
    *(LONG_ZH, LONG_EN, *scenes.NAMES, "陈晓梅", scenes.NOTE),
]


@pytest.fixture
def many(transactional_db):
    """The scene, and in its branch one customer of each long name with large amounts; the first has eight accounts."""
    scene = scenes.set_up()
    with zeal.zeal_ignore():
        owned = AMOUNTS | {"owner": scene.collector}
        first, _account = factories.make_debtor(name=LONG_ZH, account=owned)
        for _number in range(7):
            factories.make_account(first, owner=scene.collector)
        second, _account = factories.make_debtor(name=LONG_EN, account=owned)
    return scene, first, second


def _paths(many):
    scene, first, second = many
    return [
        "/",
        "/?queue=mediation",
        f"/find/?q={first.customer_no}",
        f"/find/?q={second.customer_no}",
        "/handoffs/",
        *[scenes.address("record", customer) for customer in (first, second)],
        *[scenes.address(name, first) for name in ("call_start", "promise", "claim", "hold", "note", "handoff")],
        scenes.address("record", scene.customer),
        "/c/NOBODY/",
        "/intake/",
    ]


@pytest.mark.parametrize(("width", "language"), [(390, "zh-CN"), (1440, "en")])
def test_long_names_large_amounts_and_many_accounts_stay_inside_the_page(visit, many, width, language):
    """No page is wider than its window, no control is too small for a finger, no word is of the other language."""
    visitor = visit(width=width, language=language)
    visitor.expect_refusal(403, 404)
    visitor.sign_in(many[0].collector)
    for path in _paths(many):
        visitor.open(path)
        faults = {
            "too wide": visitor.page.evaluate(TOO_WIDE),
            "too small": visitor.page.evaluate(TOO_SMALL),
            "of the other language": visitor.page.evaluate(STRANGE, [OTHER[language], SAID]),
        }
        assert not any(faults.values()), (path, faults)


def test_amounts_are_whole_and_on_one_line(visit, many):
    """Five sums of ten digits stand side by side beside the list; none is cut or broken."""
    visitor = visit(language="en")
    visitor.sign_in(many[0].collector)
    visitor.open(scenes.address("record", many[2]))
    tops = visitor.page.eval_on_selector_all(".amounts dd", "all => all.map((el) => el.getBoundingClientRect().top)")
    assert len(tops) == 5
    assert len(set(tops)) == 1


def test_of_many_accounts_each_is_a_line_that_opens(visit, many):
    """Eight accounts are eight lines; the one or two of most customers are in sight at once."""
    visitor = visit()
    visitor.sign_in(many[0].collector)
    visitor.open(scenes.address("record", many[1]))
    assert visitor.page.locator(".account").count() == 8
    assert visitor.page.locator(".account[open]").count() == 0
    visitor.page.locator(".account > summary").first.click()
    assert visitor.page.locator(".account[open] .facts").is_visible()
    visitor.open(scenes.address("record", many[2]))
    assert visitor.page.locator(".account[open]").count() == 1


def test_the_notice_of_being_signed_out_is_a_page_for_whoever_opens_it(visit, many):
    """Without a page around it that asks, the address answers with a whole page."""
    visitor = visit()
    visitor.open("/signed-out/")
    assert visitor.page.locator(".door-card a[href^='/accounts/login/']").is_visible()
    visitor.check_accessibility()
