"""What a clause says of time: that it is of years past, of what will be done, of what is done."""

from __future__ import annotations

import re
from typing import Final

from pipeline.extraction.topics.clauses import Clause

_FUTURE: Final = re.compile(
    r"下一?步|下一?阶段|今后|接下来|下一?年度?(?!报告)|明年|来年|新的一年|未来|新的年度"
    r"|(?:改进|整改|完善)(?:措施|方向|办法|举措|思路|计划|意见|情况)|^改进(?=:)|工作(?:打算|计划|思路|设想)|计划(?:于|在|用)|拟于|力争|对此|为此"
    r"|(?:以上|上述|这些)(?:存在的)?(?:主要)?(?:问题|不足|情况|短板)"
    r"|[将拟](?=从|以|按|采|把|围绕|结合|紧|在|重点|进|继|不|着|切|持|努|大|逐|加|强|提|完|健|规|优|深|扩|推|组|开|落|配|充|建|增|改"
    r"|做|抓|确|探|举|严|畅|发|运|利|定|积|聚|全|通过|丰|拓|创|邀|分|指|一如)"
)
_PAST: Final = re.compile(
    r"(?<![较比同与])(?:上一?年度?|上一个年度|去年度?|往年|以往|以前|过去|此前|原有(?=的?(?:问题|不足))|原来)"
    r"(?!的?[^,;的]{0,4}(?:文件|公文|档案|资料))"  # 以往的政策文件
)
_YEAR: Final = re.compile(r"(?<![\d较比同与])(20\d\d)年度?(?!\d)")
_DOUBLE: Final = re.compile("问题(?:和不足)?[及和与、]|问题以及")
_DONE: Final = re.compile(
    r"(?<!未)(?:已|得到|有了|得以|均有)[^,;。尚未]{0,12}?(?:解决|整改|改善|改进|扭转|改变|缓解|好转|改观|消除|提升|提高|完成|纠正)"
    r"|(?<!未能)(?:有效|基本|彻底|根本)(?:解决|整改|改善|缓解|扭转)|明显(?:提升|改善|好转|提高|增强|加快)"
    r"|(?:解决|克服|扭转|改变|消除|弥补|纠正|破解)了|整改到位|整改完毕|整改率|立行立改|(?:逐[一项]|及时|完成|督促|落实|限期|立即)整改|有效遏制"
)

_UNDONE: Final = re.compile(
    r"(?:未|没有?|不能|难以|有待|亟待)(?:能|得到|得以|完全|根本|彻底|有效|从根本上|很好地?|及时|全部|真正|实现){0,4}"
    r"(?:解决|整改|改善|改进|扭转|改变|缓解|好转|改观|消除|提升|提高|完成|纠正)"
)


def is_past(text: str, year: int | None) -> bool:
    """Tell a clause of years before the report's."""
    return bool(_PAST.search(text)) or any(year is not None and one < year for one in _years(text))


def is_present(text: str, year: int | None) -> bool:
    """Tell a clause that names the report's year."""
    return year in _years(text)


def is_future(text: str, year: int | None) -> bool:
    """Tell a clause of what will be done."""
    return bool(_FUTURE.search(text)) or any(year is not None and one > year for one in _years(text))


def is_done(text: str) -> bool:
    """Tell a clause that says something to be settled; 仍未得到根本解决 is not."""
    return bool(_DONE.search(text)) and not _UNDONE.search(text)


def is_double_heading(parts: list[Clause]) -> bool:
    """Tell the heading of both problems and promises: 存在的主要问题及改进情况."""
    text = parts[0].text if len(parts) == 1 else ""
    return bool(_DOUBLE.search(text)) and (bool(_FUTURE.search(text)) or "改进" in text or "整改" in text)


def _years(text: str) -> list[int]:
    return [int(one) for one in _YEAR.findall(text)]
