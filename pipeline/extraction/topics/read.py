"""From the sections of a report to the problems that it admits and the promises that it makes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from pipeline.extraction.statements.tokens import fold_sentence
from pipeline.extraction.topics.clauses import Clause, clauses
from pipeline.extraction.topics.lexicon import Token, scan
from pipeline.extraction.topics.readings import name_of, name_topics
from pipeline.extraction.topics.topic import Kind, Topic

TOPICS_VERSION: Final = 1
"""Raise it when topics are read otherwise: the topics of all documents are then read again."""

Mode = Literal["open", "problem", "promise", "past"]

PROBLEMS_SECTION: Final = 5
READ: Final = (1, 5, 6)
"""The sections of running text."""

_SENTENCE: Final = re.compile("[^。！？]+[。！？]?")
_LONGEST_SENTENCE: Final = 2000  # without a full stop, such a text is no sentence

_FUTURE: Final = re.compile(
    r"下一?步|下一?阶段|今后|接下来|下一?年度?(?!报告)|明年|来年|新的一年|未来|新的年度"
    r"|(?:改进|整改|完善)(?:措施|方向|办法|举措|思路|计划|意见|情况)|^改进(?=:)|工作(?:打算|计划|思路|设想)|对此|为此"
    r"|(?:以上|上述|这些)(?:存在的)?(?:主要)?(?:问题|不足|情况|短板)"
    r"|[将拟](?=从|以|按|采|把|围绕|结合|紧|在|重点|进|继|不|着|切|持|努|大|逐|加|强|提|完|健|规|优|深|扩|推|组|开|落|配|充|建|增|改"
    r"|做|抓|确|探|举|严|畅|发|运|利|定|积|聚|全|通过|丰|拓|创|邀|分|指|一如)"
)
_PAST: Final = re.compile(r"(?<![较比同与])(?:上一?年度?|上一个年度|去年度?|往年|以往|以前|过去|此前|原有|原来)")
_YEAR: Final = re.compile(r"(?<![\d较比同与])(20\d\d)年度?(?!\d)")
_DONE: Final = re.compile(
    r"(?<!未)(?:已|得到|有了|得以|均有)[^,;。尚未]{0,12}?(?:解决|整改|改善|改进|扭转|改变|缓解|好转|改观|消除|提升|提高|完成|纠正)"
    r"|(?<!未能)(?:有效|基本|彻底|根本)(?:解决|整改|改善|缓解|扭转)|明显(?:提升|改善|好转|提高|增强|加快)"
    r"|(?:解决|克服|扭转|改变|消除|弥补|纠正|破解)了|整改到位|整改完毕|整改率|立行立改|(?:逐[一项]|及时|完成|督促|落实|限期|立即)整改|有效遏制"
)
_HEADING: Final = re.compile(r"[^,;]{0,30}[。:]?")
_AGAINST_OTHERS: Final = re.compile(r"(?<!针)对[^,;]{0,40}的(?:单位|部门|科室|栏目|个人|责任人|人员|镇街|乡镇|行为)?(?:$|,|(?:进行|予以|给予|及时下发|约谈|通报))")
_NONE: Final = re.compile("(?:无|没有)[^,;]{0,24}(?:问题|情况|现象|情形|不足)(?!公开)")
_IN_ASPECTS: Final = re.compile("方面|环节|领域|上(?=还|仍|存)")
_ALREADY: Final = re.compile("了|已|取得|成效|较好|全年|共")


@dataclass(slots=True)
class _State:
    """What the text so far has made of what follows."""

    section: int
    year: int | None
    mode: Mode = "open"
    lists: dict[str, Mode] = field(default_factory=dict)
    heading: str = ""
    """The domain that the last heading names: under 政策解读方面。, 形式单一 is of the interpretation."""


@dataclass(slots=True)
class _Draft:
    topics: list[str]
    kind: Kind
    clause: str
    cue: str


def read_topics(sections: Iterable[tuple[int, str, str]], report_year: int | None) -> list[Topic]:
    """Read what the narrative admits and promises.

    Args:
        sections: number, heading and body of each section, as `pipeline.extraction.Section` gives them.
        report_year: the year that the report's figures cover; None where it is not known.
    """
    found: list[Topic] = []
    for section, _, body in sections:
        if section not in READ:
            continue
        state = _State(section, report_year)
        sentences = (sentence for line in body.split("\n") for sentence in _SENTENCE.findall(line) if sentence.strip())
        for number, sentence in enumerate(sentences):
            if len(sentence) > _LONGEST_SENTENCE:
                continue
            seen: set[tuple[str, Kind]] = set()
            for draft in _read_sentence(fold_sentence(sentence)[0], state):
                for topic in draft.topics:
                    if (topic, draft.kind) not in seen:
                        seen.add((topic, draft.kind))
                        found.append(
                            Topic(section, number, sentence.strip(), draft.clause, topic, draft.kind, draft.cue)
                        )
    return found


def _read_sentence(text: str, state: _State) -> list[_Draft]:
    tokens = scan(text)
    parts = list(clauses(text, tokens))
    drafts: list[_Draft] = []
    settled = 0  # drafts before it are not of the matter at hand
    before = state.heading  # the domain that was last named
    outer = state.mode
    past_heading = False
    others = False
    for index, clause in enumerate(parts):
        if clause.number:
            settled, before = len(drafts), ""
            if clause.first:
                state.lists[clause.number] = state.mode
            else:
                state.mode = state.lists.get(clause.number, state.mode)
            outer = state.mode if state.mode != "past" else outer
        roles = {role for token in clause.tokens for role in token.senses}
        if _is_double_heading(clause, parts, roles):
            state.mode = "open"
            continue
        if "turn" in roles:
            settled = len(drafts)
        if "others" in roles:
            others = True
        trouble_here = bool(roles & {"lack", "trouble", "need", "exist", "front"}) or _has_negated(clause.tokens)
        past = _is_past(clause.text, state.year) and _is_trouble_ahead(parts[index:])
        if past:
            if state.mode != "past":
                outer = state.mode
            state.mode = "past"
            past_heading = clause.colon or (len(parts) == 1 and bool(_HEADING.fullmatch(clause.text)) and not _marks(clause))
        elif state.mode == "past" and (roles & {"turn", "now"} or _is_present(clause.text, state.year)):
            state.mode = "open" if trouble_here or "now" in roles else state.mode
        future = _FUTURE.search(clause.text) or _is_future(clause.text, state.year)
        if future:
            state.mode = "promise"
        elif not past and not roles & {"void", "fix", "against", "concede"}:
            if _opens_problems(clause, roles) and (state.mode != "past" or roles & {"turn", "now"}):
                state.mode = "problem"
        if others:
            continue
        given, before = _deficiencies(clause, parts[index:], state, before)
        drafts += given
        if state.mode != "promise" and _DONE.search(clause.text):
            for draft in drafts[settled:]:
                if draft.kind == "problem":
                    draft.kind = "solved"
        if _promises(clause, index, parts, state):
            promised, before = _promised(clause, before)
            drafts += promised
    if state.mode == "past" and not past_heading:
        state.mode = outer
    if len(parts) == 1 and not drafts and _HEADING.fullmatch(parts[0].text):
        state.heading = before
    elif parts and parts[0].number:
        state.heading = ""
    return drafts


def _is_double_heading(clause: Clause, parts: list[Clause], roles: set[str]) -> bool:
    """Tell the heading of both: 存在的主要问题及改进情况."""
    return len(parts) <= 2 and "trouble" in roles and bool(re.search("问题(?:和不足)?[及和与、]|问题以及", clause.text)) and bool(
        _FUTURE.search(clause.text) or re.search("改进|整改", clause.text)
    )


def _is_past(text: str, year: int | None) -> bool:
    return bool(_PAST.search(text)) or any(year is not None and int(one) < year for one in _YEAR.findall(text))


def _is_present(text: str, year: int | None) -> bool:
    return any(int(one) == year for one in _YEAR.findall(text))


def _is_future(text: str, year: int | None) -> bool:
    return any(year is not None and int(one) > year for one in _YEAR.findall(text))


def _is_trouble_ahead(parts: list[Clause]) -> bool:
    """Tell whether trouble is named before the sentence turns to something else."""
    for index, clause in enumerate(parts[:4]):
        if index and any("turn" in token or "now" in token for token in clause.tokens):
            return False
        if _marks(clause) or any("trouble" in token for token in clause.tokens) or "整改" in clause.text:
            return True
    return False


def _opens_problems(clause: Clause, roles: set[str]) -> bool:
    """Tell whether what follows is a problem: 仍存在一些不足, 存在问题：, 问题1."""
    if "trouble" not in roles:
        return False
    return "exist" in roles or clause.colon or bool(re.fullmatch("[^,;]{0,6}(?:主要)?(?:问题|不足)(?:方面)?[。:]?", clause.text))


def _has_negated(tokens: list[Token]) -> bool:
    return any(_is_negated(one, other) for one, other in zip(tokens, tokens[1:], strict=False))


def _is_negated(token: Token, following: Token) -> bool:
    """Tell 不够及时, 还不能完全满足; behind 不 alone the adjective has to follow at once."""
    gap = following.start - token.end
    return "neg" in token and "good" in following and gap <= (2 if len(token.text) > 1 else 0)


@dataclass(slots=True)
class _Mark:
    """A deficiency: the tokens from ``first`` to ``last``, the domain and aspects that it names itself."""

    first: int
    last: int
    role: str
    domain: str = ""
    aspects: list[str] = field(default_factory=list)


def _marks(clause: Clause) -> list[_Mark]:
    found: list[_Mark] = []
    tokens = clause.tokens
    index = 0
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if following and _is_negated(token, following):
            last = index + 1
            aspects = [following.senses["good"].aspect]
            while last + 1 < len(tokens) and tokens[last + 1].start == tokens[last].end and "good" in tokens[last + 1]:
                last += 1  # 不够及时规范
                aspects.append(tokens[last].senses["good"].aspect)
            found.append(_Mark(index, last, "lack", "", aspects))
            index = last
        elif "lack" in token:
            domain, aspect = token.senses["lack"]
            found.append(_Mark(index, index, "lack", domain, [aspect]))
        elif "front" in token:
            found.append(_Mark(index, index, "front"))
        elif "need" in token:
            found.append(_Mark(index, index, "need"))
        index += 1
    if not found and _IN_ASPECTS.search(clause.text):
        last = next((i for i, token in enumerate(tokens) if "trouble" in token), None)
        if last is not None:
            found.append(_Mark(last, last, "lack"))
    return found


def _deficiencies(clause: Clause, ahead: list[Clause], state: _State, before: str) -> tuple[list[_Draft], str]:
    drafts: list[_Draft] = []
    tokens = clause.tokens
    start = 0
    marks = _marks(clause)
    if not marks:
        topics, domain = name_topics(tokens, (), before)
        return [], domain if topics or domain else before
    excused = _AGAINST_OTHERS.search(clause.text) or any("concede" in token for token in tokens)
    none = _NONE.search(clause.text)
    excused = excused or (none and none.start() <= (tokens[0].start if tokens else 0) + 8)
    for number, mark in enumerate(marks):
        end = mark.last
        if mark.role in ("front", "need"):
            end = marks[number + 1].first - 1 if number + 1 < len(marks) else len(tokens) - 1
        phrase = [token for i, token in enumerate(tokens[start : end + 1], start) if not mark.first <= i <= mark.last]
        prior = tokens[: mark.first]
        topics, before = name_topics(phrase, mark.aspects[:1], before)
        more, _ = name_topics((), mark.aspects[1:], before) if mark.aspects[1:] else ([], "")
        topics = list(dict.fromkeys([*topics, *more]))
        if mark.domain:  # 变动频繁, 错别字
            topics, before = name_of(mark.domain), mark.domain
        start = end + 1
        if excused or any("void" in token for token in prior):
            continue
        kind = _kind(mark, prior, clause, ahead, state)
        cue = clause.text[tokens[mark.first].start : tokens[mark.last].end]
        drafts += [_Draft(topics, one, clause.text.strip(",;:。"), cue) for one in kind if topics]
    return drafts, before


def _kind(mark: _Mark, prior: list[Token], clause: Clause, ahead: list[Clause], state: _State) -> list[Kind]:
    roles = {role for token in prior for role in token.senses}
    everything = {role for token in clause.tokens for role in token.senses}
    if "fix" in roles:
        if state.mode == "promise":
            return ["promise"]
        return ["solved"] if state.mode == "past" or _DONE.search(clause.text) else []
    if state.mode == "past":
        return ["solved"]
    if "against" in roles and "问题" in clause.text:
        if state.section != PROBLEMS_SECTION:
            return []
        coming = any(_FUTURE.search(one.text) or _is_future(one.text, state.year) for one in ahead)
        return ["problem", "promise"] if coming or state.mode == "promise" else ["problem"]
    if state.mode == "promise":
        return ["promise"] if mark.role == "need" else []
    if state.section == PROBLEMS_SECTION or state.mode == "problem" or everything & {"turn"}:
        return ["problem"]
    return []


def _promises(clause: Clause, index: int, parts: list[Clause], state: _State) -> bool:
    if state.mode == "promise":
        return True
    if state.section != PROBLEMS_SECTION or state.mode == "past":
        return False
    if not parts[0].tokens or _marks(clause) or any(_ALREADY.search(one.text) for one in parts):
        return False
    opening = clause if index == 0 or clause.number else next((one for one in parts[:index] if one.number), parts[0])
    lead = opening.tokens[0] if opening.tokens else None
    return lead is not None and lead.start == 0 and bool({"act", "adverb"} & lead.senses.keys()) and not _marks(opening)


def _promised(clause: Clause, before: str) -> tuple[list[_Draft], str]:
    """What a clause says will be done: each verb with what follows it."""
    if any("void" in token for token in clause.tokens) or _marks(clause) or "原则" in clause.text:
        return [], before
    drafts: list[_Draft] = []
    tokens = clause.tokens
    verbs = _verbs(clause)
    pending: list[str] = []
    for index, following in zip(verbs, [*verbs[1:], len(tokens)], strict=False):
        verb = tokens[index]
        if "aspect" in verb:
            pending.append(verb.senses["aspect"].aspect)
        phrase = tokens[index + 1 : following]
        if not any("domain" in token or "aspect" in token for token in phrase):
            continue
        topics, before = name_topics(phrase, pending, before)
        pending = []
        if topics:
            drafts.append(_Draft(topics, "promise", clause.text.strip(",;:。"), verb.text))
    return drafts, before


def _verbs(clause: Clause) -> list[int]:
    """The places of the verbs. One that is an aspect too is that behind another: 确保信息及时、准确公开."""
    found: list[int] = []
    for index, token in enumerate(clause.tokens):
        nested = clause.text[token.start - 1 : token.start] in ("对", "的") and token.start > 0
        if ("act" in token or "fix" in token) and not nested and not (found and {"aspect", "domain"} & token.senses.keys()):
            found.append(index)
    return found
