"""The patterns of words that texts to customers are searched for."""

import re

# Chinese signs end a Latin word: between them none would be found otherwise.
_LATIN = re.IGNORECASE | re.ASCII
VARIABLE = re.compile(r"\{(\w+)\}")
LINK = re.compile(r"\{link\}")
BRACKETS = re.compile("[【】]")
DIGITS = re.compile(r"\+?\d[\d\-\s]{4,}\d|\d{5,}|[零〇一二三四五六七八九]{5,}")
AMOUNT = re.compile(r"[¥￥$€£]\s*\d[\d,.]*|\d[\d,.]*\s*(?:元|万|块|(?:CNY|RMB|USD|HKD|EUR|GBP|SGD|yuan)\b)", _LATIN)
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
DATE = re.compile(rf"\d{{1,2}}月\d{{1,2}}日|\b\d{{1,2}} (?:{_MONTHS})\w*|\b(?:{_MONTHS})\w* \d{{1,2}}\b")
ADDRESS = re.compile(
    # Three points are a pause (“…” when it is folded), and “acc.no/ref” is two words cut short.
    r"https?:|www\.|(?<!\.)\.(?:com|cn|net|org|ly|io|cc|top|xyz|app|link|site|vip|shop|hk|tw|sg)\b"
    r"|\b(?!acc\.no/)[a-z0-9-]+\.[a-z]{2,6}/\w",
    _LATIN,
)
RELATIVE = re.compile(
    # “This month's bill” is as fixed as 本月账单; 名下周转, 以下周期, 以下月份 and 如下月供 hold other words.
    # 可以下周还 is what it looks like.
    r"今日|今天|今晚|明日|明天|昨天|后天|本周|下个月"
    r"|(?!(?<=名)下周转)(?!(?<=(?<!可)以)下周期)下周|(?!(?<=(?<!可)以)下月份)(?!(?<=如)下月供)下月"
    r"|\b(?:today|tomorrow|yesterday|tonight|(?:this|next) week|this month(?!['’]s)|next month)\b",
    _LATIN,
)
REASSURING = re.compile(r"作废|(?:不用|无需|不必)再?还(?!手续费)|免还|\bno need to pay\b", _LATIN)
THREATS = re.compile(
    r"起诉|法院|公安|报警|失信|黑名单|坐牢|拘留|上门|曝光|查封|冻结|后果自负|法律责任|法律手段"
    # 诉讼时效 is what a demand preserves; that the way to a court or an arbitrator stays open is a right to be told.
    r"|法律措施|法律途径|(?<!不影响您通过)(?<!不影响您通过仲裁[或、])诉讼(?!时效)"
    r"|(?<!不影响您通过)(?<!不影响您通过诉讼[或、])仲裁|强制执行|移交司法|限制高消费|信用受损"
    r"|\b(?:court|police|sue|lawsuit|blacklist|arrest|jail|prison|prosecut\w+|seize|legal action)\b",
    _LATIN,
)
IMPERSONATES = re.compile(
    r"传票|法官|检察院|检察官|公安局|派出所|警官|民警|律师函|律师事务所|执行通知|逮捕|通缉|仲裁委"
    r"|\b(?:summons|subpoena|warrant|bailiff|prosecutor|magistrate|sheriff|attorney|law firm)\b",
    _LATIN,
)
THIRD_PARTY = re.compile(
    r"家人|家属|父母|配偶|爱人|子女|亲友|亲属|同事|邻居|紧急联系人|工作单位|村委|居委|转告"
    r"|\b(?:family|relatives?|parents?|spouse|wife|husband|colleagues?|employers?|neighbou?rs?|emergency contact)\b",
    _LATIN,
)
PERSONAL = re.compile(r"先生|女士|身份证|证件号|\b(?:Mr|Mrs|Ms)\b|\bID (?:card|number)\b|\bpassport\b", _LATIN)
COLLECTION = re.compile(r"催收|\bdebt collect", _LATIN)
OPT_OUT = re.compile(r"拒收请回复\w*|回复?(?:R|TD)\b|回TD|退订|\breply STOP\b|\bSTOP to\b|\bunsubscribe\b", _LATIN)
FREE = re.compile(r"免费|不收费|\bfree\b", _LATIN)
MEDIATION = re.compile(r"调解|mediat", _LATIN)
WAY_OUT = re.compile(r"异议|困难|\bdisput|\bdifficult|\bhard\b", _LATIN)
