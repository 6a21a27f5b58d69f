"""Addresses of the customer's page. A link's token is the only secret in an address, and only until the first click."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path, re_path

from collections_app.domain.access import TOKEN_PATTERN
from repayment.views import (
    account,
    advice,
    app_entry,
    arrangements,
    display,
    documents,
    entry,
    my_requests,
    notify,
    pay,
    payment,
    preferences,
    proof,
    reaching,
    requests,
    sandbox_app,
    sandbox_cashier,
    saying,
)

app_name = "repayment"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", entry.code_entry, name="entry"),
    re_path(rf"^(?P<token>{TOKEN_PATTERN})/$", entry.landing, name="landing"),
    path("proof/", proof.proof, name="proof"),
    path("proof/code/", proof.one_time_code, name="one_time_code"),
    path("not-me/", proof.not_me, name="not_me"),
    path("app/", app_entry.app_entry, name="app_entry"),
    path("advice/", advice.advice, name="advice"),
    path("advice/cannot-pay/", advice.cannot_pay, name="cannot_pay"),
    path("advice/rights/", advice.rights, name="rights"),
    path("display/", display.display, name="display"),
    path("account/", account.account_page, name="account"),
    path("account/state/", account.state, name="account_state"),
    path("account/<int:account_id>/", account.details, name="details"),
    path("account/<int:account_id>/document/<slug:kind>/", documents.issue, name="issue"),
    path("account/<int:account_id>/ask-certificate/", documents.ask, name="ask_certificate"),
    path("documents/", documents.listed, name="documents"),
    path("documents/<slug:reference>/", documents.document, name="document"),
    path("account/<int:account_id>/pay/", pay.amount, name="amount"),
    path("pay/", pay.start, name="start"),
    path("payment/<slug:reference>/", payment.payment_page, name="payment"),
    path("payment/<slug:reference>/receipt/", payment.receipt, name="receipt"),
    path("payment/<slug:reference>/state/", payment.state, name="payment_state"),
    path("payment/<slug:reference>/resume/", payment.resume, name="payment_resume"),
    path("payment/<slug:reference>/cancel/", payment.cancel, name="payment_cancel"),
    path("instalments/", arrangements.offered, name="arrangements"),
    path("instalments/<int:account_id>/<slug:offer>/", arrangements.apply, name="arrangement_apply"),
    path("arrangement/<int:application_id>/", arrangements.terms, name="arrangement"),
    path("arrangement/<int:application_id>/sign/", arrangements.sign, name="arrangement_sign"),
    path("agreed/<int:plan_id>/", arrangements.plan, name="arrangement_plan"),
    path("paid/", requests.claim, name="claim"),
    path("plan/", requests.plan, name="plan"),
    path("dispute/", requests.dispute, name="dispute"),
    path("mediation/", requests.mediation, name="mediation"),
    path("complaint/", requests.complaint, name="complaint"),
    path("my-data/", requests.my_data, name="my_data"),
    path("wrong-person/", reaching.wrong_person, name="wrong_person"),
    path("callback/", reaching.callback, name="callback"),
    path("channels/", reaching.channels, name="channels"),
    path("representative/", reaching.representative, name="representative"),
    path("sent/<slug:kind>/", saying.sent, name="sent"),
    path("requests/", my_requests.my_requests, name="my_requests"),
    path("requests/<int:handoff_id>/papers/", my_requests.more_papers, name="more_papers"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("sign-out/", proof.sign_out, name="sign_out"),
    path("gateways/<slug:gateway>/notify/", notify.notify, name="notify"),
]
if settings.SANDBOX:
    urlpatterns.append(path("sandbox-gateway/", sandbox_cashier.cashier, name="sandbox_cashier"))
    urlpatterns.append(path("sandbox-app/", sandbox_app.app, name="sandbox_app"))
