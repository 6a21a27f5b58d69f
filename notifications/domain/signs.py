"""One sign for what looks or means the same: wide and narrow, traditional and simplified, seen and unseen."""

import unicodedata

# Traditional signs of the words that texts and replies are searched for, and of what people write beside them.
SIMPLE = str.maketrans(
    "訂閱還錢號碼錯這個認識說發讓過轉帳賬繳費週後財務會報監銀難壞電話請聯繫絡協從沒見單貸申開幾點鐘買誰復嗎億萬兩給您們滿無為門騷擾斷業產醫療進時間丟舉義亂親傷決剛別刪動廳嚇員問塊媽實寬"
    "對異張錄應總戶換數樓殺洩燒爺盜著筆經結網脅藥營訊訴詐證議謝敗資輕轟辦鄰銷閃關頻題額驗騙麼罵馬歸樣儘盡裡裏內兒傳債償孫幫掛曆書濟滾種窮約聲職聽現終險達歲條匯攤",
    "订阅还钱号码错这个认识说发让过转账账缴费周后财务会报监银难坏电话请联系络协从没见单贷申开几点钟买谁复吗亿万两给您们满无为门骚扰断业产医疗进时间丢举义乱亲伤决刚别删动厅吓员问块妈实宽"
    "对异张录应总户换数楼杀泄烧爷盗着笔经结网胁药营讯诉诈证议谢败资轻轰办邻销闪关频题额验骗么骂马归样尽尽里里内儿传债偿孙帮挂历书济滚种穷约声职听现终险达岁条汇摊",
)


def folded(text: str) -> tuple[str, list[int]]:
    """Return a text as words are looked for in it, and for each of its signs where that stands in the text itself.

    Narrow and simplified; what shows nothing, and blanks beside a Chinese sign, are left out.
    """
    signs: list[str] = []
    places: list[int] = []
    for place, given in enumerate(text):
        blank = given.isspace() and (_is_chinese(text[place - 1 : place]) or _is_chinese(text[place + 1 : place + 2]))
        if blank or is_unseen(given):
            continue
        for sign in unicodedata.normalize("NFKC", given).translate(SIMPLE):
            signs.append(sign)
            places.append(place)
    return "".join(signs), places


def is_unseen(sign: str) -> bool:
    """Return whether a sign shows nothing and takes no room (zero-width marks, soft hyphens)."""
    return unicodedata.category(sign) == "Cf"


def _is_chinese(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"
