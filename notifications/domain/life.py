"""The steps of one message's life, as its page tells them."""

from collections_app.domain.terms import TermList

LIFE_STEPS = TermList(
    ("planned", "列入计划", "Planned"),
    ("waits", "等待时刻", "Waits for its hour"),
    ("premise", "核对前提", "Premise checked"),
    ("permit", "申请联系许可", "Permit asked for"),
    ("text", "按记录成文", "Text written from the record"),
    ("handed_over", "交给通道", "Handed to the provider"),
    ("receipt", "收到回执", "Receipt"),
    ("told", "记为已告知", "Kept as told"),
    ("ended", "结束", "Ended"),
)
