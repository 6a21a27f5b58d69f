"""What people may take out of OneCase as a file, and in which form."""

from collections_app.domain.terms import TermList

EXPORT_KINDS = TermList(
    ("worklist", "工作清单", "Worklist"),
    ("board", "看板", "Board"),
    ("assignments", "分案与负荷", "Assignments"),
    ("differences", "规则试算差异", "Differences of a rule test"),
    ("rejects", "被拒行", "Rejected rows"),
    ("incident", "应急停催报告", "Report of an incident"),
)
FILE_FORMATS = TermList(
    ("csv", "CSV 文件", "CSV"),
    ("xlsx", "Excel 工作簿", "Excel workbook"),
)
# So many rows in one file: more is a report to be asked for, not a list to be worked from.
MOST_ROWS = 5000
# Of the differences of a rule test: what a spreadsheet opens and a server writes in seconds.
MOST_DIFFERENCES = 20_000
SHORTEST_REASON = 4
