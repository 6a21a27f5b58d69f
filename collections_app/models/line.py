"""How a call passes from one colleague to another: handed over on request, or taken over."""

from typing import ClassVar

from django.db import models

from collections_app.domain.lines import TRANSFER_KINDS, TRANSFER_STATES, TransferState
from collections_app.models.choices import choices
from collections_app.models.contact import Conversation
from collections_app.models.customer import Customer
from collections_app.models.fields import SealedField
from collections_app.models.staff import Staff


class LineTransfer(models.Model):
    """A call asked for by a colleague, or taken over by a supervisor, with the reason."""

    personal_data: ClassVar[tuple[str, ...]] = ("reason",)

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="line_transfers")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="transfers")
    kind = models.CharField(max_length=12, choices=choices(TRANSFER_KINDS))
    from_staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="calls_given")
    to_staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="calls_taken")
    reason = SealedField()
    state = models.CharField(max_length=10, choices=choices(TRANSFER_STATES), default=TransferState.PENDING)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="after this nobody can accept it any more")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation"], condition=models.Q(state="pending"), name="line_transfer_one_pending"
            ),
        ]
