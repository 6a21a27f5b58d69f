"""A record as the API shows it, with personal data masked."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from collections_app.domain import masking
from collections_app.models import Account, Customer


class AccountSerializer(serializers.ModelSerializer[Account]):
    """An account by its tail, with its five amounts in fen and the day they are as of."""

    owner = serializers.CharField(source="owner.employee_no", default=None)

    class Meta:
        model = Account
        fields = (
            "id",
            "tail",
            "product",
            "currency",
            "stage",
            "days_past_due",
            "overdue_fen",
            "minimum_due_fen",
            "billed_fen",
            "payoff_fen",
            "payoff_valid_until",
            "unbilled_fen",
            "due_on",
            "data_as_of",
            "placement",
            "owner",
        )


class CaseRowSerializer(serializers.ModelSerializer[Customer]):
    """One line of a worklist."""

    name = serializers.SerializerMethodField()
    branch = serializers.CharField(source="branch.code")
    owner = serializers.CharField(source="owner.employee_no", default=None)

    class Meta:
        model = Customer
        fields: tuple[str, ...] = (
            "customer_no",
            "version",
            "name",
            "branch",
            "owner",
            "case_number",
            "status",
            "stage",
            "overdue_fen",
            "next_step",
            "next_step_at",
            "queue",
            "priority",
            "priority_why",
        )

    def get_name(self, row: Customer) -> str:
        """Return the name with only its first sign."""
        return masking.name(row.name)


class RecordSerializer(CaseRowSerializer):
    """The whole record: the line of the worklist, who the customer is, and the accounts."""

    id_number = serializers.SerializerMethodField()
    accounts = serializers.SerializerMethodField()

    class Meta(CaseRowSerializer.Meta):
        fields = (
            *CaseRowSerializer.Meta.fields,
            "kind",
            "id_number",
            "language",
            "country",
            "time_zone",
            "data_as_of",
            "derived_at",
            "accounts",
        )

    def get_id_number(self, row: Customer) -> str:
        """Return the ID number with only its ends."""
        return masking.id_number(row.id_number) if row.id_number else ""

    def get_accounts(self, row: Customer) -> Iterable[dict[str, Any]]:
        """Return the accounts the core has open, in the order they were opened here."""
        accounts = row.accounts.filter(closed_in_core=False).select_related("owner").order_by("id")
        return AccountSerializer(accounts, many=True).data
