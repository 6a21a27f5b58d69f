"""The account page as plain Django: the same things from the same tables, and none of the checks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.promises import PENDING
from collections_app.models import (
    Account,
    Arrangement,
    Complaint,
    Customer,
    HandOff,
    Instalment,
    Institution,
    PaymentClaim,
    Promise,
)
from repayment.models import Payment


def account_page(request: HttpRequest) -> HttpResponse:
    """Show what is agreed or due, every account, and what was paid and asked."""
    customer = Customer.objects.select_related("branch", "adviser").get(pk=request.session["customer"])
    accounts = list(
        Account.objects.filter(customer=customer, closed_in_core=False).select_related("owner").order_by("-overdue_fen")
    )
    promises = Promise.objects.filter(customer=customer, state__in=PENDING).prefetch_related("parts")
    plans = Arrangement.objects.filter(customer=customer, state__in=IN_FORCE).prefetch_related("instalments")
    by_account = {row.account_id: row for row in [*promises, *plans]}
    lines: dict[int, list[Instalment]] = {}
    for line in Instalment.objects.filter(account__in=accounts).order_by("number"):
        lines.setdefault(line.account_id, []).append(line)
    claims = {row.account_id: row for row in PaymentClaim.objects.filter(customer=customer, state="open")}
    parts = [
        {
            "account": account,
            "agreed": by_account.get(account.pk),
            "claim": claims.get(account.pk),
            "next": next((line for line in lines.get(account.pk, []) if line.paid_fen == 0), None),
        }
        for account in accounts
    ]
    context = {
        "institution": Institution.objects.first(),
        "customer": customer,
        "parts": parts,
        "first": parts[0] if parts else None,
        "adviser": customer.adviser or next((account.owner for account in accounts if account.owner), None),
        "payments": Payment.objects.select_related("account").filter(customer=customer).order_by("-id")[:10],
        "requests": HandOff.objects.filter(customer=customer, from_department="customer").order_by("-id")[:5],
        "complaints": Complaint.objects.filter(customer=customer).order_by("-received_at")[:5],
    }
    return render(request, "plain.html", context)


def alive(request: HttpRequest) -> HttpResponse:
    """Answer whoever waits for the server."""
    return HttpResponse("ok")


urlpatterns = [
    path("r/account/", account_page),
    path("r/pay/", alive, name="pay"),
    path("healthz", alive),
]
