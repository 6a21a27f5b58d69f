"""The customer's own word on messages that follow their habits."""

from collections_app.models import Customer
from notifications.models import CustomerFeatures, PersonalisationObjection


def test_a_customer_objects_to_messages_that_follow_their_habits(visitor):
    """On their own page, with what is looked at beside it; without that answer nothing changes."""
    customer = Customer.objects.get()
    CustomerFeatures.objects.create(
        customer=customer, payments=4, mobile_share=750, autodebit=False, language="en", computed_at=customer.created_at
    )
    assert "75.0%" in visitor.client.get("/r/preferences/").content.decode()
    visitor.client.post("/r/preferences/", {"language": "en", "sms": "yes"})
    assert not PersonalisationObjection.objects.exists()
    visitor.client.post("/r/preferences/", {"language": "en", "sms": "yes", "personal": "no"})
    assert PersonalisationObjection.objects.get().by is None
    assert not CustomerFeatures.objects.exists()
    assert "75.0%" not in visitor.client.get("/r/preferences/").content.decode()
