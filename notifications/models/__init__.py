"""Messages and what became of them."""

from notifications.models.choice import Choice
from notifications.models.dial import Dial, DialReport
from notifications.models.experiment import Experiment, ExperimentArm, ExperimentPolicy, Snapshot
from notifications.models.features import CustomerFeatures, FeatureRun, PersonalisationObjection
from notifications.models.halt import SendingHalt
from notifications.models.letter import Letter, PostFile, PrintBatch, PrintBatchStep
from notifications.models.message import Message
from notifications.models.plan_run import PlanRun
from notifications.models.provider_code import ProviderCode
from notifications.models.receipt import Receipt
from notifications.models.reminder_rule import ReminderRule
from notifications.models.reply import Reply
from notifications.models.sandbox_inbox import SandboxInbox
from notifications.models.sender import SenderRoute, SenderShift, SenderState
from notifications.models.template import Template
from notifications.models.text_terms import CountryTerms, ProviderTerms, Tariff, TemplateRegistration

__all__ = [
    "Choice",
    "CountryTerms",
    "CustomerFeatures",
    "Dial",
    "DialReport",
    "Experiment",
    "ExperimentArm",
    "ExperimentPolicy",
    "FeatureRun",
    "Letter",
    "Message",
    "PersonalisationObjection",
    "PlanRun",
    "PostFile",
    "PrintBatch",
    "PrintBatchStep",
    "ProviderCode",
    "ProviderTerms",
    "Receipt",
    "ReminderRule",
    "Reply",
    "SandboxInbox",
    "SenderRoute",
    "SenderShift",
    "SenderState",
    "SendingHalt",
    "Snapshot",
    "Tariff",
    "Template",
    "TemplateRegistration",
]
