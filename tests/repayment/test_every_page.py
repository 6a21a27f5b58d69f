"""What stands on every page of the customer's, and in which order it is read aloud."""

import re
from html.parser import HTMLParser

import pytest
from django.db import DatabaseError

from collections_app.models import Customer, Institution, Staff
from repayment.views import account
from tests import factories
from tests.repayment.conftest import Browser

PUBLIC = ("", "advice/", "advice/cannot-pay/", "advice/rights/", "app/", "not-me/", "nowhere/at/all/")
OWN = (
    "account/",
    "paid/",
    "promise/",
    "plan/",
    "dispute/",
    "wrong-person/",
    "complaint/",
    "preferences/",
    "devices/",
    "advice/rights/",
)


class Order(HTMLParser):
    """The landmarks, headings and controls of a page in the order in which they are read."""

    def __init__(self, text):
        super().__init__()
        self.read, self.tabindex = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tabindex.append(values.get("tabindex", "0"))
        if tag in {"header", "main", "nav", "footer", "h1", "h2", "button"} or (
            tag == "a" and "skip" in values.get("class", "")
        ):
            self.read.append("skip" if tag == "a" else tag)


def test_the_hotline_advice_and_the_types_size_stand_on_every_page(visitor):
    """Before and after the proof, and where an address leads nowhere."""
    hotline = Institution.objects.get().hotline
    for browser, paths in ((Browser(), PUBLIC), (visitor.client, OWN)):
        for path in paths:
            page = browser.get(f"/r/{path}").content.decode()
            assert f'href="tel:{hotline}"' in page, path
            assert 'href="/r/advice/"' in page, path
            assert 'name="size"' in page, path


def test_the_hotline_stands_there_when_nothing_can_be_read(visitor, monkeypatch):
    """Whoever sees the page fail must know whom to call."""

    def fail(*args, **kwargs):
        raise DatabaseError

    visitor.client.get("/r/account/")
    monkeypatch.setattr(account, "show_account", fail)
    response = visitor.client.get("/r/account/")
    assert response.status_code == 503
    assert f'href="tel:{Institution.objects.get().hotline}"' in response.content.decode()


def test_the_named_officer_stands_on_every_own_page(visitor):
    """The adviser; without one who looks after the account; without either, or when they have left, the branch."""
    owner = factories.make_staff("collector", display_name="王敏")
    adviser = factories.make_staff("collector", display_name="李强")
    visitor.account.owner = owner
    visitor.account.save()
    Customer.objects.update(adviser=adviser)
    for name, leaves in (("李强", adviser), ("王敏", owner), ("您的开户机构", None)):
        for path in OWN[1:]:
            page = visitor.client.get(f"/r/{path}").content.decode()
            assert page.count(name) == 1, (path, name)
        if leaves:
            Staff.objects.filter(pk=leaves.pk).update(is_active=False)


@pytest.mark.parametrize("path", OWN)
def test_a_page_is_read_aloud_in_its_order(visitor, path):
    """First the way past the head, then head, one heading, what to do, the ways out; and nothing jumps the queue."""
    order = Order(visitor.client.get(f"/r/{path}").content.decode())
    assert order.read[:2] == ["skip", "header"]
    assert order.read.count("h1") == 1
    main, heading, foot = (order.read.index(name) for name in ("main", "h1", "footer"))
    assert main < heading < foot
    assert "button" not in order.read[main:heading]
    assert not {"h2", "nav"} & set(order.read[:heading])
    assert set(order.tabindex) <= {"0", "-1"}


def test_three_pages_of_advice_lead_to_one_another(db):
    """Each in a few words, and none of them says anything of anybody."""
    pages = {"/r/advice/", "/r/advice/cannot-pay/", "/r/advice/rights/"}
    for path in pages:
        page = Browser().get(path).content.decode()
        assert all(f'href="{other}"' in page for other in pages - {path})
        assert page.count("<li>") <= 9


def test_the_cashier_is_named_before_anybody_is_sent_there(visitor, settings):
    """By the gateway that takes the currency, with the payee; the advice says the same, and where a code is typed."""
    assert "下一步在银行收银台完成，收款人为" in visitor.client.get("/r/account/").content.decode()
    settings.PAYMENT_GATEWAYS = ["stripe", "alipay"]
    assert "下一步在Stripe 收银台完成" in visitor.client.get(f"/r/account/{visitor.account.pk}/pay/").content.decode()
    advice = visitor.client.get("/r/advice/").content.decode()
    assert "只在Stripe 收银台、支付宝收银台付款，收款人始终为本行" in advice
    assert "验证码只由您本人在本页面输入" in advice
    settings.PAYMENT_GATEWAYS = []
    assert "本页面不收款" in visitor.client.get("/r/advice/").content.decode()


def test_what_is_wrong_leads_to_its_field_and_is_read_with_it(visitor):
    """Radios and boxes have no one field: their group is led to, and says its own mistakes."""
    for path in ("/r/dispute/", "/r/mediation/", "/r/paid/"):
        page = visitor.client.post(path, {"account": visitor.account.pk}).content.decode()
        ids = set(re.findall(r' id="([^"]+)"', page))
        led_to = re.findall(r'<li><a href="#([^"]*)">', page)
        assert led_to, path
        assert set(led_to) <= ids, path
        described_by = {name for names in re.findall(r'aria-describedby="([^"]+)"', page) for name in names.split()}
        assert any(name.endswith("_error") for name in described_by), path
        assert described_by <= ids, path
