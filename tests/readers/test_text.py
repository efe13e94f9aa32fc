"""Text exports: which dialect, where rows and cells end."""

from __future__ import annotations

from pipeline.readers import Document, read


def rows(document: Document, number: int = 0) -> list[list[str]]:
    found: dict[int, list[str]] = {}
    for cell in document.tables[number].cells:
        found.setdefault(cell.row, []).append(cell.text)
    return list(found.values())


def test_a_cell_a_line() -> None:
    document = read("标题\n\n\t\n\t自\n然人\n\t总计\n\n\t一、\n\t3\n\t\n\n后文\n".encode())
    assert rows(document) == [["", "自\n然人", "总计"], ["一、", "3", ""]]
    assert [paragraph.text for paragraph in document.paragraphs] == ["标题", "后文"]
    assert not document.tables[0].aligned


def test_a_row_a_line() -> None:
    document = read("标题\r\n规章\t1\t2\t\r\n\t(二) 公开\t3\t4\r\n\r\n后文".encode())
    assert rows(document) == [["规章", "1", "2", ""], ["", "(二) 公开", "3", "4"]]


def test_a_figure_cut_by_a_line_break_is_not_its_first_half() -> None:
    document = read("规章\t1\t12\n76\n规范性文件\t3\t4\n".encode())
    assert rows(document)[0] == ["规章", "1", "12\n76"]
    document = read("规章\t12\n76\t5\t6\n规范性文件\t3\t4\t7\n行政许可\t8\t9\t2\n".encode())
    assert rows(document)[0] == ["规章", "12\n76"]


def test_two_lines_that_make_up_a_row_stay_two() -> None:
    header = "\t自然人\t法人或其他组织\t总计\n商业企业\t科研机构\n"
    document = read((header + "一、\t1\t2\t3\t4\n二、\t5\t6\t7\t8\n").encode())
    assert len(rows(document)) == 4
