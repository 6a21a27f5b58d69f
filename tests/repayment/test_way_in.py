"""The way in, over HTTP: neutral, constant, without effect until somebody clicks."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils.translation import gettext

from collections_app.models import AccessAttempt, AccessLink, AccessSession, HandOff
from repayment.forms.proof import ProofForm
from tests.remembered import remembered
from tests.repayment.conftest import Browser, enter, make_debtor, mint

SECRETS = re.compile(r'name="(csrfmiddlewaretoken|key|next)" value="[^"]*"')


def body(response) -> str:
    """The page without what differs at every showing."""
    return SECRETS.sub("", response.content.decode())


def row_counts():
    rooms = [apps.get_app_config(name) for name in ("collections_app", "repayment", "sessions")]
    return {model: model.objects.count() for room in rooms for model in room.get_models()}


@pytest.fixture
@remembered
def debtor(db, now):
    return make_debtor()


def test_reading_a_link_changes_nothing(debtor, now):
    """Scanners and previews fetch every link: twice by GET, twice by HEAD, and no row is written or changed."""
    token = mint(debtor[0], now).token
    before, link = row_counts(), AccessLink.objects.values().get()
    for method in ("get", "head", "get", "head"):
        assert getattr(Browser(), method)(f"/r/{token}/").status_code == 200
    assert row_counts() == before
    assert AccessLink.objects.values().get() == link


def test_the_landing_page_is_the_same_for_every_link(debtor, now):
    """Live, expired and made-up links look alike, and none tells a name, a product or a debt."""
    live = Browser().get(f"/r/{mint(debtor[0], now).token}/")
    forged = Browser().get("/r/" + "a" * 26 + "/")
    assert body(live) == body(forged)
    for word in (debtor[0].name, "逾期", "信用卡", "贷款", "欠款", debtor[1].tail, "3,913"):
        assert word not in live.content.decode()


def test_the_proof_page_tells_nothing_before_the_proof(debtor, now):
    """Whoever got the link by mistake learns nothing from the next page either."""
    browser = Browser()
    browser.post(f"/r/{mint(debtor[0], now).token}/")
    for path in ("/r/proof/", "/r/proof/?with=birth_date%2Baccount_tail", "/r/not-me/"):
        text = browser.get(path).content.decode()
        for word in (debtor[0].name, "逾期", "信用卡", "贷款", "欠款", debtor[1].tail):
            assert word not in text, (path, word)


def test_every_dead_link_is_refused_in_the_same_words(debtor, now):
    """Forged, replaced, expired and locked ones lead to the same question as a live one, and to the same refusal."""
    customer = debtor[0]
    replaced = mint(customer, now).token
    locked = mint(customer, now).token
    AccessLink.objects.filter(revoked_at__isnull=True).update(locked_at=now)
    expired_owner, other = make_debtor()[0], make_debtor()[0]
    expired = mint(expired_owner, now).token
    AccessLink.objects.filter(customer=expired_owner).update(expires_at=now - timedelta(seconds=1))
    ways_in = [(f"/r/{token}/", {}) for token in ("a" * 26, replaced, locked, expired, mint(other, now).token)]
    answers = [_tried(path, data, "9999") for path, data in [*ways_in, ("/r/", {"code": "K7QP-3M9D"})]]
    assert len(set(answers)) == 1
    assert answers[0][:2] == ("/r/proof/", 403)
    assert gettext(str(ProofForm.REFUSED)) in answers[0][3]
    reasons = list(AccessAttempt.objects.order_by("id").values_list("reason", flat=True))
    assert reasons == ["unknown", "revoked", "locked", "expired", "wrong_facts", "unknown"]


def _tried(path, data, id_tail):
    """Come in and answer; what a guesser sees of it: where it leads, the question, the status and the answer."""
    browser = Browser()
    leads = browser.post(path, data)["Location"]
    question = body(browser.get(leads))
    answer = browser.post(leads, {"id_tail": id_tail})
    return leads, answer.status_code, question, body(answer)


def test_a_typed_code_leads_in_like_the_link(debtor, now):
    """With or without the hyphen, in small letters too."""
    browser = Browser()
    code = mint(debtor[0], now).code.lower().replace("-", " ")
    assert browser.post("/r/", {"code": code})["Location"] == "/r/proof/"
    assert browser.post("/r/proof/", {"id_tail": "0011"})["Location"] == "/r/account/"


def test_a_birth_date_needs_the_accounts_tail(debtor, now):
    """The other way of proof."""
    browser = Browser()
    browser.post(f"/r/{mint(debtor[0], now).token}/")
    wrong = {"with": "birth_date+account_tail", "birth_date": "19900307", "account_tail": "0000"}
    assert browser.post("/r/proof/", wrong).status_code == 403
    right = wrong | {"account_tail": debtor[1].tail}
    assert browser.post("/r/proof/", right)["Location"] == "/r/account/"


def test_the_cookies_are_out_of_reach(debtor, now, settings):
    """No script reads them, no other site sends them along, and in production only HTTPS carries them."""
    settings.SESSION_COOKIE_SECURE = True
    visitor = enter(*debtor, now, SERVER_NAME="localhost")
    cookie = visitor.client.cookies["onecase_customer"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["secure"]
    assert not AccessSession.objects.filter(secret_hash=cookie.value).exists()


def test_no_page_is_kept_or_indexed(visitor):
    """Neither a shared computer nor a search engine keeps what was shown."""
    for path in ("/r/", "/r/account/", f"/r/account/{visitor.account.pk}/", "/r/paid/", "/r/advice/"):
        response = visitor.client.get(path)
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "same-origin"


def test_without_a_session_every_page_leads_to_the_way_in(debtor):
    """An address that was kept or sent on shows nothing."""
    for path in ("account/", f"account/{debtor[1].pk}/", "paid/", "plan/", "preferences/", "payment/P1/"):
        assert Browser().get(f"/r/{path}")["Location"] == "/r/"
    assert Browser().post("/r/pay/", {"account": debtor[1].pk})["Location"] == "/r/"


def test_an_idle_session_is_told_so(visitor, now):
    """After a quarter of an hour the page says what happened instead of showing the account."""
    AccessSession.objects.update(last_used_at=now - timedelta(minutes=16))
    response = visitor.client.get("/r/account/")
    assert response.status_code == 403
    assert "15 分钟" in response.content.decode()
    assert visitor.customer.name not in response.content.decode()


def test_signing_out_ends_the_session_on_the_server(visitor):
    """The old cookie, had somebody copied it, opens nothing."""
    copied = visitor.client.cookies["onecase_customer"].value
    assert visitor.client.post("/r/sign-out/").status_code == 200
    thief = Browser()
    thief.cookies["onecase_customer"] = copied
    assert thief.get("/r/account/").status_code == 403


def test_a_misdirected_message_is_reported_without_proof(debtor, now):
    """A stranger says it is not theirs: a hand-off opens, the link ends, nothing is shown."""
    browser = Browser()
    token = mint(debtor[0], now).token
    browser.post(f"/r/{token}/")
    response = browser.post("/r/not-me/")
    assert response.status_code == 200
    assert debtor[0].name not in response.content.decode()
    assert HandOff.objects.get().kind == "wrong_number"
    assert AccessLink.objects.get().revoked_at == now


def test_a_misdirected_report_with_a_dead_link_looks_the_same(debtor, now):
    """Whether the link was live is nobody's business."""
    browser = Browser()
    browser.post(f"/r/{mint(debtor[0], now).token}/")
    browser.cookies["onecase_link"] = "a" * 26
    assert "谢谢您告诉我们" in browser.post("/r/not-me/").content.decode()
    assert not HandOff.objects.exists()


def test_the_language_goes_only_back_to_this_page(db):
    """The form's way back cannot be bent to another site."""
    for target in ("https://evil.example/", "//evil.example/r/", "/admin/", "/r/../admin/"):
        location = Browser().post("/r/display/", {"language": "en", "next": target})["Location"]
        assert location.startswith("/r/")
        assert "evil" not in location


def test_a_guessing_address_is_told_to_wait(db, now):
    """After thirty wrong answers from one address nothing more is looked at, at no step of the way in."""
    browser = Browser()
    browser.post("/r/" + "b" * 26 + "/")
    for _ in range(30):
        assert browser.post("/r/proof/", {"id_tail": "0011"}).status_code == 403
    for path, data in (("/r/" + "b" * 26 + "/", {}), ("/r/", {"code": "K7QP3M9D"}), ("/r/proof/", {"id_tail": "0011"})):
        assert browser.post(path, data).status_code == 429
    assert browser.post("/r/proof/code/", {"typed": "123456"}).status_code == 429


@pytest.mark.parametrize("path", ["/r/AbC/", "/r/account/nowhere/", "/r/" + "a" * 25 + "/", "/r/payment/P1/extra/"])
def test_a_damaged_address_is_answered_in_customers_words(db, path):
    """A link cut short by a messenger leads to the way in, never to the staff's pages."""
    response = Browser().get(path)
    page = response.content.decode()
    assert response.status_code == 404
    assert "还款服务" in page
    assert 'href="/r/"' in page
    assert "OneCase" not in page
    assert "工作台" not in page


def test_another_customers_account_is_answered_in_customers_words(visitor):
    """The same page as for an address that never was."""
    _, other = make_debtor()
    page = visitor.client.get(f"/r/account/{other.pk}/").content.decode()
    assert body(visitor.client.get("/r/account/999999/")).replace("999999", "") == SECRETS.sub("", page).replace(
        str(other.pk), ""
    )
    assert "OneCase" not in page


def test_a_form_without_its_cookie_is_answered_in_customers_words(db):
    """A browser that keeps no cookies reads what to do, and that nothing was paid."""
    response = Browser(enforce_csrf_checks=True).post("/r/", {"code": "K7QP-3M9D"})
    page = response.content.decode()
    assert response.status_code == 403
    assert "Cookie" in page
    assert "OneCase" not in page


@pytest.mark.parametrize("path", ["pay/", "display/", "sign-out/", "payment/P1/resume/", "payment/P1/cancel/"])
def test_what_a_button_posts_to_leads_back_when_it_is_read(visitor, path):
    """Reloading after a refusal, or switching the language there, ends on the account and not on a bare error."""
    assert visitor.client.get(f"/r/{path}")["Location"] == "/r/account/"


def test_whoever_is_in_finds_the_way_back(visitor):
    """From the advice page back to the account, and from the way in on to it."""
    assert 'href="/r/account/"' in visitor.client.get("/r/advice/").content.decode()
    assert 'href="/r/account/"' in visitor.client.get("/r/").content.decode()
    assert 'href="/r/account/"' not in Browser().get("/r/advice/").content.decode()
    assert 'href="/r/account/"' not in Browser().get("/r/").content.decode()
    assert 'class="button" href="/r/account/"' in visitor.client.get("/r/nowhere/at/all/").content.decode()
    expired = Browser(enforce_csrf_checks=True)
    expired.cookies = visitor.client.cookies
    answer = expired.post("/r/complaint/")
    assert answer.status_code == 403
    assert 'class="button" href="/r/account/"' in answer.content.decode()
