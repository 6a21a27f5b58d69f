"""Addresses of the customer's page. A link's token is the only secret in an address, and only until the first click."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path, re_path

from collections_app.domain.access import TOKEN_PATTERN
from repayment.views import (
    account,
    advice,
    display,
    entry,
    notify,
    pay,
    payment,
    preferences,
    proof,
    requests,
    sandbox_cashier,
)

app_name = "repayment"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", entry.code_entry, name="entry"),
    re_path(rf"^(?P<token>{TOKEN_PATTERN})/$", entry.landing, name="landing"),
    path("proof/", proof.proof, name="proof"),
    path("not-me/", proof.not_me, name="not_me"),
    path("advice/", advice.advice, name="advice"),
    path("display/", display.display, name="display"),
    path("account/", account.account_page, name="account"),
    path("account/<int:account_id>/", account.details, name="details"),
    path("account/<int:account_id>/pay/", pay.amount, name="amount"),
    path("pay/", pay.start, name="start"),
    path("payment/<slug:reference>/", payment.payment_page, name="payment"),
    path("payment/<slug:reference>/state/", payment.state, name="payment_state"),
    path("payment/<slug:reference>/resume/", payment.resume, name="payment_resume"),
    path("payment/<slug:reference>/cancel/", payment.cancel, name="payment_cancel"),
    path("paid/", requests.claim, name="claim"),
    path("plan/", requests.plan, name="plan"),
    path("dispute/", requests.dispute, name="dispute"),
    path("wrong-person/", requests.wrong_person, name="wrong_person"),
    path("complaint/", requests.complaint, name="complaint"),
    path("sent/<slug:kind>/", requests.sent, name="sent"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("sign-out/", proof.sign_out, name="sign_out"),
    path("gateways/<slug:gateway>/notify/", notify.notify, name="notify"),
]
if settings.SANDBOX:
    urlpatterns.append(path("sandbox-gateway/", sandbox_cashier.cashier, name="sandbox_cashier"))
