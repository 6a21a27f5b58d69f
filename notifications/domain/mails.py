"""What an e-mail or a letter has that a text message has not: a subject, a closing, a way to have no more of them."""

from collections_app.domain.purposes import Purpose

# Nobody can have no more receipts, codes, corrections or notices the law demands.
_CAN_BE_STOPPED = frozenset(
    {Purpose.COLLECTION, Purpose.DUE_NOTICE, Purpose.PLAN_NOTICE, Purpose.SERVICE_NOTICE, Purpose.INVITE}
)


def may_unsubscribe(purpose: str) -> bool:
    """Return whether an e-mail of this purpose offers to be the last one (List-Unsubscribe)."""
    return purpose in _CAN_BE_STOPPED


def subject(bank: str, *, language: str) -> str:
    """Return the subject: the bank and nothing of a debt, because others read it on a locked screen."""
    return f"{bank}服务通知" if language.startswith("zh") else f"{bank}: a notice for you"


def body(text: str, *, bank: str, officer: str, hotline: str, language: str) -> str:
    """Return a text with the greeting and the closing that name who stands behind it."""
    if language.startswith("zh"):
        return f"尊敬的客户：\n\n{text}\n\n{officer}\n{bank}\n客服热线：{hotline}\n"
    start = text[:1].upper() + text[1:]
    return f"Dear customer,\n\n{start}\n\n{officer[:1].upper() + officer[1:]}\n{bank}\nHotline: {hotline}\n"
