"""A branch is given a provider that there is."""

from typing import Any

import pytest

from collections_app.forms.branch import BranchForm
from collections_app.models import Branch
from collections_app.services import organisation, sms_providers
from collections_app.services.errors import RefusedError
from collections_app.services.records import SYSTEM
from notifications.providers.registry import PROVIDER_CODES, offered
from tests import factories

pytestmark = pytest.mark.django_db


def choices(branch: Branch) -> list[str]:
    field: Any = BranchForm(instance=branch).fields["sms_provider"]
    return [code for code, _name in field.choices]


def test_the_form_offers_the_providers_there_are() -> None:
    assert set(sms_providers.names()) == set(PROVIDER_CODES)
    assert choices(factories.make_branch()) == list(PROVIDER_CODES)


def test_a_provider_that_is_gone_is_chosen_anew() -> None:
    """A branch that has one keeps no silent default: the box is empty and must be filled."""
    branch = factories.make_branch("OLD", sms_provider="gone")
    assert choices(branch) == ["", *PROVIDER_CODES]
    assert "sms_provider" in BranchForm({"sms_provider": "gone"}, instance=branch).errors


@pytest.mark.django_db(transaction=True)
def test_the_service_refuses_a_provider_that_there_is_not() -> None:
    branch = factories.make_branch()
    branch.sms_provider = "gone"
    with pytest.raises(RefusedError) as refused:
        organisation.save_unit(row=branch, actor=SYSTEM)
    assert refused.value.code == "no_such_provider"


def test_the_demonstration_phone_is_offered_only_where_no_customer_is_real(settings: Any) -> None:
    settings.SANDBOX = False
    assert [term.code for term in offered()] == ["twilio", "smpp"]
