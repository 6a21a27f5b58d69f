"""The patterns of words that texts to customers are searched for."""

import re

VARIABLE = re.compile(r"\{(\w+)\}")
LINK = re.compile(r"\{link\}")
BRACKETS = re.compile("[【】]")
DIGITS = re.compile(r"\+?\d[\d\-\s]{4,}\d|\d{5,}")
AMOUNT = re.compile(
    r"[¥￥$€£]\s*\d[\d,.]*|\d[\d,.]*\s*(?:元|万|块|(?:CNY|RMB|USD|HKD|EUR|GBP|SGD|yuan)\b)", re.IGNORECASE
)
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
DATE = re.compile(rf"\d{{1,2}}月\d{{1,2}}日|\b\d{{1,2}} (?:{_MONTHS})\w*|\b(?:{_MONTHS})\w* \d{{1,2}}\b")
ADDRESS = re.compile(r"https?:|www\.|\.(?:com|cn|net|org)\b", re.IGNORECASE)
RELATIVE = re.compile(r"今日|今天|明日|明天|昨天|后天|\b(?:today|tomorrow|yesterday|tonight)\b", re.IGNORECASE)
REASSURING = re.compile(r"作废|不用还|无需还|不必还|免还|\bno need to pay\b", re.IGNORECASE)
THREATS = re.compile(
    r"起诉|法院|公安|报警|失信|黑名单|坐牢|拘留|上门|曝光|查封|冻结|后果自负|法律责任|法律手段"
    r"|\b(?:court|police|sue|lawsuit|blacklist|arrest|jail|prison|prosecut\w+|seize|legal action)\b",
    re.IGNORECASE,
)
IMPERSONATES = re.compile(
    r"传票|法官|检察院|检察官|公安局|派出所|警官|民警|律师函|律师事务所|执行通知|逮捕|通缉|仲裁委"
    r"|\b(?:summons|subpoena|warrant|bailiff|prosecutor|magistrate|sheriff|attorney|law firm)\b",
    re.IGNORECASE,
)
THIRD_PARTY = re.compile(
    r"家人|家属|父母|配偶|爱人|子女|亲友|亲属|同事|邻居|紧急联系人|工作单位|村委|居委|转告"
    r"|\b(?:family|relatives?|parents?|spouse|wife|husband|colleagues?|employers?|neighbou?rs?|emergency contact)\b",
    re.IGNORECASE,
)
PERSONAL = re.compile(r"先生|女士|身份证|证件号|\b(?:Mr|Mrs|Ms)\b|\bID (?:card|number)\b|\bpassport\b", re.IGNORECASE)
COLLECTION = re.compile(r"催收|\bdebt collect", re.IGNORECASE)
OPT_OUT = re.compile(
    r"拒收请回复\w*|回复?(?:R|TD)\b|回TD|退订|\breply STOP\b|\bSTOP to\b|\bunsubscribe\b", re.IGNORECASE
)
FREE = re.compile(r"免费|不收费|\bfree\b", re.IGNORECASE)
MEDIATION = re.compile(r"调解|mediat", re.IGNORECASE)
WAY_OUT = re.compile(r"异议|困难|\bdisput|\bdifficult|\bhard\b", re.IGNORECASE)
