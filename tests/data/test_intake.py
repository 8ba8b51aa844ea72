"""Files and pastes as they come: read as meant, told what was altered, refused with a sentence."""

import csv
import io
import math
import sys
import time
import tomllib
import zipfile
from datetime import datetime

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as some
from pyarrow import parquet

from gdcore.data import intake
from gdcore.data.intake import Note, Table, prepare, read_file, read_text
from gdcore.words.texts import CONTENT, DataError, Problem, say

nan = math.nan


# --- Files to try --------------------------------------------------------------------------------


def workbook(*sheets, names=None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(names[number] if names else f"S{number + 1}")
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def package(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("_", "."), content)
    return stream.getvalue()


def columnar(columns) -> bytes:
    stream = io.BytesIO()
    parquet.write_table(pa.table(columns), stream)
    return stream.getvalue()


def utf16(text, mark, encoding) -> bytes:
    return mark + text.encode(encoding)


def bomb() -> bytes:
    """A workbook of half a megabyte that unpacks to more than may be."""
    megabyte = bytes(2**20)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", b"<workbook/>")
        with file.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range((intake.MOST_UNPACKED >> 20) + 1):
                member.write(megabyte)
    return stream.getvalue()


XY = {"x": [1, 3], "y": [2, 4]}
UNNAMED = {"column 1": [1, 3], "column 2": [2, 4]}
PRICE = {"價格": [123, 45], "合格": [1, 0]}
TEMPERATURE = {"溫度": [20.5, 21], "銷量": [3, 4]}
DAYS = ["2024-01-05", "2024-01-06"]

# id: (content, columns with their values, keys of the notes)
GOOD = {
    # separators
    "comma": ("x,y\n1,2\n3,4\n", XY, ""),
    "semicolon": ("x;y\n1;2\n3;4\n", XY, ""),
    "tab": ("x\ty\n1\t2\n3\t4", XY, ""),
    "bar": ("x|y\n1|2\n3|4\n", XY, ""),
    "space": ("x y\n1 2\n3 4\n", XY, ""),
    "many spaces": ("  x     y  \n  1   2 \n\t3  \t 4 \n", XY, ""),
    "full-width comma": ("x，y\n１，２\n３，４\n", XY, ""),
    "ideographic space": ("x　y\n1　2\n3　4\n", XY, ""),
    "drawn table": ("| x | y |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n", XY, "empty_columns"),
    "Excel's hint": ("sep=;\nx;y\n1;2\n3;4\n", XY, ""),
    "one column": ("x\n1\n2\n", {"x": [1, 2]}, ""),
    "quoted separator": ('name,y\n"a, b",1\n"c",2\n', {"name": ["a, b", "c"], "y": [1, 2]}, "text"),
    "quote inside": (
        'name,y\n"5"" pipe",1\n3" pipe,2\n',
        {"name": ['5" pipe', '3" pipe'], "y": [1, 2]},
        "text",
    ),
    "line break in a cell": (
        'x,y\n1,2\n"3",4\n"a\nb",5\n',
        {"x": ["1", "3", "a\nb"], "y": [2, 4, 5]},
        "line_breaks nearly",
    ),
    # line ends and lines around the table
    "CR LF": ("x,y\r\n1,2\r\n3,4\r\n", XY, ""),
    "old Mac": ("x,y\r1,2\r3,4", XY, ""),
    "DOS end of file": ("x,y\n1,2\n3,4\n\x1a", XY, ""),
    "blank lines": ("\n\n  \nx,y\n\n1,2\n   \n3,4\n\n\n", XY, ""),
    "blank cells only": ("x,y\n1,2\n,\n3,4\n , \n", XY, "blank_rows"),
    "comments": ("# made by hand\nx,y\n1,2\n# and\n3,4\n", XY, "comments"),
    "names in a comment": ("# a remark\n# x,y\n1,2\n3,4\n", XY, "comments names_in_comment"),
    "number sign as a name": ("#,y\n1,2\n3,4\n", {"#": [1, 3], "y": [2, 4]}, ""),
    "title above": ("Report of 2024\n\nx,y\n1,2\n3,4\n", XY, "above"),
    "total below": ("x,y\n1,2\n3,4\nTotal\n", XY, "left_out"),
    "a row too long": ("x,y\n1,2\n7,8,9\n3,4\n", XY, "left_out"),
    "empty cells at the end": ("x,y\n1,2,,\n3,4\n5,6\n", {"x": [1, 3, 5], "y": [2, 4, 6]}, ""),
    "a row too short": ("x,y,z\n1,2,5\n3,4\n", {**XY, "z": [5, nan]}, "short missing"),
    "separators at the end": ("x,y,\n1,2,\n3,4,\n", XY, "empty_columns"),
    "separators at the end of data": ("x,y\n1,2,\n3,4,\n", XY, "empty_columns"),
    # headers
    "no header": ("1,2\n3,4\n", UNNAMED, "no_header"),
    "no header, a column of text": (
        "1,red\n3,blue\n5,red\n",
        {"column 1": [1, 3, 5], "column 2": ["red", "blue", "red"]},
        "no_header text",
    ),
    "no header, dates": (
        f"{DAYS[0]},1\n{DAYS[1]},3\n",
        {"column 1": DAYS, "column 2": [1, 3]},
        "no_header dates",
    ),
    "years as names": (
        "city,2020,2021\nA,1,2\nB,3,4\n",
        {"city": ["A", "B"], "2020": [1, 3], "2021": [2, 4]},
        "text",
    ),
    "duplicate names": (
        "x,x,x (2)\n1,2,3\n3,4,5\n",
        {"x": [1, 3], "x (3)": [2, 4], "x (2)": [3, 5]},
        "renamed",
    ),
    "empty name": ("x,\n1,2\n3,4\n", {"x": [1, 3], "column 2": [2, 4]}, "unnamed"),
    "R's row names": (
        '"x" "y"\n"1" 1 2\n"2" 3 4\n',
        {"column 1": [1, 2], **XY},
        "shifted_header unnamed",
    ),
    "spaces in names": (' "x  1" , y\n1, 2\n3 ,4\n', {"x 1": [1, 3], "y": [2, 4]}, ""),
    # encodings
    "UTF-8 with mark": ("\ufeff價格,合格\n123,1\n45,0\n", PRICE, ""),
    "UTF-16 LE": (
        utf16("價格\t合格\r\n123\t1\r\n45\t0\r\n", b"\xff\xfe", "utf-16-le"),
        PRICE,
        "encoding_note",
    ),
    "UTF-16 LE without a mark": (
        utf16("價格\t合格\r\n123\t1\r\n45\t0\r\n", b"", "utf-16-le"),
        PRICE,
        "encoding_note",
    ),
    "UTF-16 BE without a mark": (
        utf16("價格\t合格\n123\t1\n45\t0\n", b"", "utf-16-be"),
        PRICE,
        "encoding_note",
    ),
    "UTF-16 BE": (
        utf16("價格\t合格\n123\t1\n45\t0\n", b"\xfe\xff", "utf-16-be"),
        PRICE,
        "encoding_note",
    ),
    "Big5": ("價格,合格\n１２３,是\n４５,否\n".encode("cp950"), PRICE, "encoding_note booleans"),
    "Big5, one character names": (
        "年,月\n1,2\n3,4\n".encode("cp950"),
        {"年": [1, 3], "月": [2, 4]},
        "encoding_note",
    ),
    "Latin-1": (
        "Größe;°C\n1,5;2\n2,5;3\n".encode("latin-1"),
        {"Größe": [1.5, 2.5], "°C": [2, 3]},
        "encoding_note decimal_comma",
    ),
    "Shift JIS": (
        "名前,点数\n山田さん,90\n鈴木くん,80\n".encode("cp932"),
        {"名前": ["山田さん", "鈴木くん"], "点数": [90, 80]},
        "encoding_note text",
    ),
    # how numbers are written
    "decimal commas": (
        "x;y\n1,5;2,7\n3,25;4\n",
        {"x": [1.5, 3.25], "y": [2.7, 4]},
        "decimal_comma",
    ),
    "decimal commas in one column": ("x\n1,5\n2,7\n", {"x": [1.5, 2.7]}, "decimal_comma"),
    "unquoted commas are cells": ("x,y\n1,5\n2,7\n", {"x": [1, 2], "y": [5, 7]}, ""),
    "thousands": ('x,y\n"1,234.5",2\n"2,000",3\n', {"x": [1234.5, 2000], "y": [2, 3]}, "thousands"),
    "thousands by points": (
        "x;y\n1.234,5;1.500\n2,5;2.500\n",
        {"x": [1234.5, 2.5], "y": [1500, 2500]},
        "decimal_comma thousands",
    ),
    "millions by points": ("x\n1.234.567\n2.345.678\n", {"x": [1234567, 2345678]}, "thousands"),
    "thousands by spaces": (
        "x;y\n1 234;2\n5\u202f678;3\n",
        {"x": [1234, 5678], "y": [2, 3]},
        "thousands",
    ),
    "one way by the other column": (
        'x,y\n"1,234",0.5\n"2,345",7\n',
        {"x": [1234, 2345], "y": [0.5, 7]},
        "thousands",
    ),
    "two ways, semicolons": (
        "x;y\n1,234;5\n2,345;6\n",
        {"x": [1.234, 2.345], "y": [5, 6]},
        "ambiguous decimal_comma",
    ),
    "two ways, quotes": (
        'x,y\n"1,234",5\n"2,345",6\n',
        {"x": [1234, 2345], "y": [5, 6]},
        "ambiguous thousands",
    ),
    "three decimals": ("x;y\n1.234;5\n2.345;6\n", {"x": [1.234, 2.345], "y": [5, 6]}, ""),
    "full-width digits": ("x,y\n１２．５,－２\n３,４\n", {"x": [12.5, 3], "y": [-2, 4]}, ""),
    "minus signs": ("x,y\n−1,(2)\n–3,(4.5)\n", {"x": [-1, -3], "y": [-2, -4.5]}, "brackets"),
    "percent": ("x,y\n12%,2\n7.5 %,4\n", {"x": [0.12, 0.075], "y": [2, 4]}, "percent"),
    "currency": (
        'x,y\n"NT$1,200.5",$5\nNT$ 80,-$6\n',
        {"x": [1200.5, 80], "y": [5, -6]},
        "currency thousands",
    ),
    "euros": (
        "x;y\n1.200,50 €;1\n80,00 €;2\n",
        {"x": [1200.5, 80], "y": [1, 2]},
        "currency thousands decimal_comma",
    ),
    "two currencies": ("x,y\n$5,1\n€6,2\n", {"x": ["$5", "€6"], "y": [1, 2]}, "mixed"),
    "powers of ten": ("x,y\n1e3,-2.5E-2\n+3,.5\n", {"x": [1000, 3], "y": [-0.025, 0.5]}, ""),
    "raised digits are no digits": (
        "x,y\n5²,1\n6,2\n7,3\n",
        {"x": ["5²", "6", "7"], "y": [1, 2, 3]},
        "nearly",
    ),
    "many digits": (
        "x,y\n12345678901234567,1\n2,2\n",
        {"x": [12345678901234568.0, 2], "y": [1, 2]},
        "rounded",
    ),
    # what is missing, and what is no number
    "missing": (
        "x,y\n"
        + "".join(
            f"{cell},1\n"
            for cell in [
                "1.5",
                "",
                "NA",
                "n/a",
                "NaN",
                "null",
                "None",
                "-",
                "--",
                "?",
                "無",
                "缺",
                "#N/A",
                "2",
            ]
        ),
        {"x": [1.5, *[nan] * 12, 2], "y": [1] * 14},
        "missing",
    ),
    "infinite": (
        "x,y\ninf,1\n-Infinity,2\n1e999,3\n5,4\n",
        {"x": [nan, nan, nan, 5], "y": [1, 2, 3, 4]},
        "infinite",
    ),
    "infinite as a sign": (
        "x,y\n∞,1\n5,\n6,4\n",
        {"x": [nan, 5, 6], "y": [1, nan, 4]},
        "infinite missing",
    ),
    "a column without values": ("x,y,z\n1,2,\n3,4,\n", {**XY, "z": [nan, nan]}, "missing"),
    "dates": (
        "day,x,分\n2024-01-05,1,113年1月5日\n2024-01-06,3,113年1月6日\n",
        {"day": DAYS, "x": [1, 3], "分": ["113年1月5日", "113年1月6日"]},
        "dates",
    ),
    "text stays as it is": (
        "name,x\nNA,1\n 無 ,3\nAnn,5\n",
        {"name": ["NA", "無 ", "Ann"], "x": [1, 3, 5]},
        "text",
    ),
    "nearly numbers": (
        "x,y\n1,2\n3,4\n5,six\n",
        {"x": [1, 3, 5], "y": ["2", "4", "six"]},
        "nearly",
    ),
    "truth": (
        "a,b,c,x\ntrue,yes,是,1\nFALSE,No,否,2\n",
        {"a": [1, 0], "b": [1, 0], "c": [1, 0], "x": [1, 2]},
        "booleans",
    ),
    "truth with gaps": (
        "a,x\ntrue,1\nNA,2\nfalse,3\n",
        {"a": [1, nan, 0], "x": [1, 2, 3]},
        "booleans missing",
    ),
    # workbooks
    "workbook": (
        workbook([["x", "y"], [1, 2.5], [3, 1.234]]),
        {"x": [1, 3], "y": [2.5, 1.234]},
        "",
    ),
    "workbook without names": (workbook([[1, 2], [3, 4]]), UNNAMED, "no_header"),
    "workbook with sheets": (workbook([], [["x", "y"], [1, 2], [3, 4]], [["z"], [9]]), XY, "sheet"),
    "workbook with all sorts": (
        workbook(
            [
                ["Title"],
                [],
                ["x", "day", "ok", "w", "v"],
                [1.5, datetime(2024, 1, 5), True, "1,200", 5],
                [None, datetime(2024, 1, 6), None, 1.234, "#DIV/0!"],
                [2, None, False, "7.5", 6],
            ]
        ),
        {
            "x": [1.5, nan, 2],
            "day": ["2024-01-05 00:00:00", "2024-01-06 00:00:00", None],
            "ok": [1, nan, 0],
            "w": [1200, 1.234, 7.5],
            "v": [5, nan, 6],
        },
        "above missing dates booleans thousands",
    ),
    "workbook, years as names": (
        workbook([["city", 2020, 2021], ["A", 1, 2], ["B", 3, 4]]),
        {"city": ["A", "B"], "2020": [1, 3], "2021": [2, 4]},
        "text",
    ),
    "workbook called CSV": (workbook([["x", "y"], [1, 2], [3, 4]]), XY, ""),
    # Parquet
    "parquet": (columnar({"x": [1, 3], "y": [2.0, 4.0]}), XY, ""),
    "parquet with all sorts": (
        columnar(
            {
                "x": [1.5, None],
                "b": [True, False],
                "n": [2**60, None],
                "t": ["a", "b"],
                "q": ["1,5", "2,75"],
                "d": [datetime(2024, 1, 5)] * 2,
                "l": [[1], [2]],
                "f": pa.array([0.5, math.inf], pa.float32()),
            }
        ),
        {
            "x": [1.5, nan],
            "b": [1, 0],
            "n": [2.0**60, nan],
            "t": ["a", "b"],
            "q": [1.5, 2.75],
            "d": None,
            "f": [0.5, nan],
        },
        "booleans missing text decimal_comma dates nested infinite rounded",
    ),
}

# id: (content, key of the error)
BAD = {
    "nothing": (b"", "empty"),
    "white space": (b" \n\t\n\r\n", "empty"),
    "empty workbook": (workbook([], []), "empty"),
    "header only": (b"x,y\n", "no_rows"),
    "comments only": (b"# x\n# y\n", "no_rows"),
    "workbook with a header only": (workbook([["x", "y"]]), "no_rows"),
    "prose": (b"Dear Sir,\nplease find the data below.\nYours\n", "no_numbers"),
    "text only": (b"name,city\nAnn,Taipei\nBob,Tainan\n", "no_numbers"),
    "row of units": (b"x,y\n(m),(s)\n1,2\n3,4\n", "no_pure_numbers"),
    "parquet of text": (columnar({"t": ["a", "b"]}), "no_numbers"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_workbook"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\n1 0 obj", "pdf"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(20), "image"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image"),
    "zip": (package(data_csv=b"x,y\n1,2\n"), "archive"),
    "docx": (package(word__document_xml=b"<w/>"), "archive"),
    "gzip": (b"\x1f\x8b\x08\x00" + bytes(20), "archive"),
    "web page": (b"<!DOCTYPE html><html><table><tr><td>1</td></tr></table>", "markup"),
    "XML": (b"\n<?xml version='1.0'?><a/>", "markup"),
    "JSON records": (b'[{"x": 1}, {"x": 2}]', "json"),
    "JSON object": (b'{\n"x": [1, 2]}', "json"),
    "pickle": (b"\x80\x04\x95\x10\x00\x00\x00", "binary"),
    "noise": (np.random.default_rng(0).bytes(3000), "binary"),
    "control characters": (b"x,y\n1,\x012\n", "binary"),
    "half of UTF-16": (b"\xff\xfex\x00,", "encoding"),
    "broken workbook": (workbook([["x"], [1]])[:-30], "damaged"),
    "workbook of nonsense": (package(xl__workbook_xml=b"<oops"), "damaged"),
    "broken parquet": (columnar({"x": [1, 2]})[:-20], "damaged"),
    "workbook bomb": (bomb(), "unpacked"),
    "open quote": (b'x,y\n1,2\n3,"4\n5,6\n', "open_quote"),
    "ragged": (b"x,y\n1,2\n3\n4,5,6\n7\n8,9\n", "ragged"),
    "more names than cells": (b"x,y,z\n1,2\n3,4\n", "header"),
    "commas without quotes": (b"x,y\n1,200,3\n1,300,4\n", "header"),
    "too many columns": ((b"1," * 600 + b"1\n") * 2, "too_many_columns"),
    "too many columns in a workbook": (workbook([list(range(501))] * 2), "too_many_columns"),
}


def cells(column):
    return [None if isinstance(cell, float) and math.isnan(cell) else cell for cell in column]


@pytest.mark.parametrize("case", GOOD)
def test_a_file_is_read_as_meant_and_says_what_was_altered(case):
    content, columns, notes = GOOD[case]
    content = content.encode() if isinstance(content, str) else content
    table = read_file(content, "upload.csv")
    assert list(table.frame) == list(columns)
    for name, values in columns.items():
        if values is None:
            continue
        words = any(isinstance(value, str) for value in values)
        assert table.frame[name].dtype == (object if words else np.float64), name
        assert cells(table.frame[name]) == cells(values), name
    assert sorted({note.key for note in table.notes}) == sorted(notes.split())
    check_notes(table.notes)


def check_notes(notes):
    for note in notes:
        english, chinese = note.say("en"), note.say("zh-TW")
        assert english != chinese and english.endswith(".") and chinese.endswith("。")
        assert "{" not in english


@pytest.mark.parametrize("case", BAD)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(case):
    content, key = BAD[case]
    with pytest.raises(DataError) as caught:
        read_file(content, "upload.csv")
    assert caught.value.sentence.key == f"intake.{key}"
    assert caught.value.say("en") != caught.value.say("zh-TW")


@pytest.mark.parametrize(
    "case", [name for name, entry in GOOD.items() if isinstance(entry[0], str)]
)
def test_a_paste_is_read_like_a_file(case):
    text, columns, _ = GOOD[case]
    table = read_text(text)
    assert list(table.frame) == list(columns)
    assert [note.key for note in table.notes] == [
        note.key for note in read_file(text.encode(), "a.csv").notes
    ]


# --- Limits --------------------------------------------------------------------------------------


def lower(monkeypatch, limit, value):
    """Lowers a limit in every module that reads by it."""
    for name, module in list(sys.modules.items()):
        if name.startswith("gdcore.data.intake") and hasattr(module, limit):
            monkeypatch.setattr(module, limit, value)


@pytest.mark.parametrize(
    ("limit", "value", "content", "key"),
    [
        ("MOST_BYTES", 10, b"x,y\n1,2\n3,4\n5,6\n", "too_large"),
        ("MOST_ROWS", 2, b"x,y\n1,2\n3,4\n5,6\n", "too_many_rows"),
        ("MOST_ROWS", 2, workbook([["x"], [1], [2], [3]]), "too_many_rows"),
        ("MOST_ROWS", 2, columnar({"x": [1, 2, 3]}), "too_many_rows"),
        ("MOST_COLUMNS", 1, b"x,y\n1,2\n3,4\n", "too_many_columns"),
        ("MOST_UNPACKED", 9, columnar({"x": [1, 2, 3]}), "unpacked"),
        ("MOST_CELLS", 5, b"x,y\n1,2\n3,4\n5,6\n", "too_many_cells"),
        ("MOST_CELLS", 5, workbook([["x", "y"], [1, 2], [3, 4]]), "too_many_cells"),
        ("MOST_CELLS", 5, columnar({"x": [1, 2, 3], "y": [1, 2, 3]}), "too_many_cells"),
    ],
)
def test_beyond_a_limit_the_figure_is_named(monkeypatch, limit, value, content, key):
    lower(monkeypatch, limit, value)
    with pytest.raises(DataError) as caught:
        read_file(content, "upload.csv")
    assert caught.value.sentence.key == f"intake.{key}"
    assert str(0 if limit in ("MOST_BYTES", "MOST_UNPACKED") else value) in caught.value.say(
        "zh-TW"
    )


def test_exactly_at_the_limits_a_table_is_read(monkeypatch):
    for limit, value in (("MOST_ROWS", 2), ("MOST_COLUMNS", 2), ("MOST_CELLS", 4)):
        lower(monkeypatch, limit, value)
    for content in (b"x,y\n1,2\n3,4\n", columnar(XY)):
        assert len(read_file(content, "a").frame) == 2


def test_a_paste_has_the_same_limit(monkeypatch):
    lower(monkeypatch, "MOST_BYTES", 10)
    with pytest.raises(DataError, match="MB"):
        read_text("x,y\n1,2\n3,4\n")


def test_a_sheet_that_states_a_wrong_size_is_read_to_its_real_end():
    content = io.BytesIO(workbook([["x", "y"], [1, 2], [3, 4]]))
    changed = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(changed, "w") as new:
        for member in old.namelist():
            text = old.read(member).replace(b'ref="A1:B3"', b'ref="A1:XFD1048576"')
            new.writestr(member, text)
    begin = time.perf_counter()
    assert list(read_file(changed.getvalue(), "a.xlsx").frame) == ["x", "y"]
    assert time.perf_counter() - begin < 5


def test_entities_that_multiply_do_not_fill_the_memory():
    entities = b"".join(
        b'<!ENTITY a%d "%s">' % (k, (b"&a%d;" % (k - 1)) * 10 if k else b"ha" * 50)
        for k in range(12)
    )
    text = b"<?xml version='1.0'?><!DOCTYPE s [%s]><sst>&a11;</sst>" % entities
    content = io.BytesIO(workbook([["x"], [1]]))
    changed = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(changed, "w") as new:
        for member in old.namelist():
            new.writestr(member, text if "sheet1" in member else old.read(member))
    with pytest.raises(DataError) as caught:
        read_file(changed.getvalue(), "a.xlsx")
    assert caught.value.sentence.key == "intake.damaged"


def test_long_runs_of_anything_are_read_quickly():
    begin = time.perf_counter()
    for filling in (" ", "\t", '"', ",", "1", ".1", ",1", "(", "-", "#", "|", "a ", "1 ", "無"):
        for content in (f"x,y\n1,2\n3,{filling * 60_000}\n", f"{filling * 60_000}\n1,2\n"):
            try:
                read_text(content)
            except DataError:
                pass
    assert time.perf_counter() - begin < 60


def test_a_hundred_thousand_rows_take_a_second_or_two():
    numbers = np.random.default_rng(0).normal(size=(100_000, 6))
    content = pd.DataFrame(numbers, columns=list("abcdef")).to_csv(index=False).encode()
    begin = time.perf_counter()
    table = read_file(content, "a.csv")
    assert time.perf_counter() - begin < 5
    assert np.array_equal(table.frame.to_numpy(), numbers)


# --- Any text at all -----------------------------------------------------------------------------


def read_or_refuse(read, *arguments):
    try:
        table = read(*arguments)
    except DataError:
        return
    assert len(table.frame) and table.frame.columns.is_unique
    for name in table.frame:
        assert table.frame[name].dtype in (np.float64, object)
        if table.frame[name].dtype == np.float64:
            assert not np.isinf(table.frame[name]).any()
    check_notes(table.notes)


often = settings(max_examples=200, deadline=3000, suppress_health_check=[HealthCheck.too_slow])


@given(some.binary(max_size=300))
@example(b"PK\x03\x04" + bytes(30))
@example(b"PAR1" + bytes(30) + b"PAR1")
@example(b"\xff\xfe\x00\xd8")
@often
def test_no_bytes_raise_anything_but_a_data_error(content):
    read_or_refuse(read_file, content, "upload")


@given(some.text(max_size=200))
@example("\ud800,1\n2,3")
@often
def test_no_text_raises_anything_but_a_data_error(text):
    read_or_refuse(read_text, text)


@given(some.text(alphabet="0123456789.,;:-+%()$€NTeE xy無是#\"'|\t\n\r\r _/", max_size=120))
@often
def test_nothing_that_is_nearly_a_table_raises_anything_else(text):
    read_or_refuse(read_text, text)


@given(some.integers(0, 10**6), some.binary(min_size=1, max_size=4), some.sampled_from("wp"))
@often
def test_no_damage_to_a_workbook_or_parquet_file_raises_anything_else(place, damage, kind):
    content = bytearray(WHOLE[kind])
    place %= len(content)
    content[place : place + len(damage)] = damage
    read_or_refuse(read_file, bytes(content), "upload")


WHOLE = {
    "w": workbook([["x", "y", "t"], [1, 2.5, "a"], [3, 4, "b"]]),
    "p": columnar({"x": [1.5, 3.0], "t": ["a", "b"], "n": [1, 2]}),
}
numbers = some.floats(allow_nan=False, allow_infinity=False, width=64)


@given(
    some.lists(some.tuples(numbers, numbers, some.none() | numbers), min_size=1, max_size=12),
    some.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp950"]),
    some.sampled_from([",", ";", "\t", "|"]),
    some.sampled_from([".", ","]),
    some.booleans(),
)
@settings(max_examples=300, deadline=3000)
def test_numbers_survive_every_way_of_writing_them(rows, encoding, separator, point, quoted):
    assume(any(value is not None for row in rows for value in row))
    stream = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted or separator == point else csv.QUOTE_MINIMAL
    writer = csv.writer(stream, delimiter=separator, quoting=quoting)
    writer.writerow(["甲", "乙", "丙"])
    for row in rows:
        writer.writerow(["" if x is None else repr(x).replace(".", point) for x in row])
    # A column of which every number has three decimals can be read in two ways by rights.
    grouped = [
        [abs(x) >= 1 and len(repr(x).split(".")[-1]) == 3 for x in column if x is not None]
        for column in zip(*rows, strict=True)
    ]
    assume(not any(flags and any(flags) for flags in grouped))
    table = read_file(stream.getvalue().encode(encoding), "a.csv")
    assert list(table.frame) == ["甲", "乙", "丙"]
    expected = np.array(rows, dtype=np.float64)
    assert np.array_equal(table.frame.to_numpy(np.float64), expected, equal_nan=True)


# --- From a table to a fit -----------------------------------------------------------------------


def table(**columns) -> Table:
    return Table(pd.DataFrame(columns).astype({k: np.float64 for k in columns if k != "word"}))


def keys(prepared):
    check_notes(prepared.notes)
    return sorted(note.key for note in prepared.notes)


GAPS = {"x": [1, 2, nan, 4, 5], "z": [5, 3, 8, nan, 1], "y": [4, 2, 3, 9, nan]}


def test_only_columns_of_differing_numbers_can_take_part():
    found = table(a=[1, 2, nan], b=[1, 1, nan], c=[1, nan, nan], d=[nan] * 3, word=["a", "b", "c"])
    assert found.numeric == ("a",)


def test_rows_with_gaps_are_dropped_and_the_others_keep_their_numbers():
    prepared = prepare(table(**GAPS), "y", ["x", "z"])
    assert prepared.rows.tolist() == [0, 1]
    assert prepared.X.tolist() == [[1, 5], [2, 3]] and prepared.y.tolist() == [4, 2]
    assert prepared.X.dtype == prepared.y.dtype == np.float64
    assert (prepared.features, prepared.target) == (("x", "z"), "y")
    assert keys(prepared) == ["more_columns", "rows_dropped"]


def test_gaps_are_filled_with_the_mean_but_never_in_the_target():
    prepared = prepare(table(**GAPS), "y", ["x", "z"], missing="mean")
    assert prepared.rows.tolist() == [0, 1, 2, 3]
    assert prepared.X[2, 0] == pytest.approx(7 / 3) and prepared.X[3, 1] == pytest.approx(16 / 3)
    assert keys(prepared) == ["filled", "rows_dropped"]


def test_a_mean_of_huge_numbers_is_finite():
    huge = table(x=[1.7e308, 1.6e308, nan, 1], y=[1, 2, 3, 5])
    assert np.isfinite(prepare(huge, "y", ["x"], missing="mean").X).all()


def test_features_that_say_nothing_new_are_left_out():
    found = table(
        x=[1, 2, 3, 4],
        one=[7, 7, nan, 7],
        none=[nan] * 4,
        again=[1, 2, 3, 4],
        copy=[2, 4, 6, 9],
        y=[2, 4, 6, 9],
    )
    prepared = prepare(found, "y", ["x", "one", "none", "again", "copy", "y"])
    assert prepared.features == ("x",) and len(prepared.rows) == 4
    assert keys(prepared) == ["constant", "copy", "equals_target"]


def test_a_feature_that_is_constant_in_the_rows_that_are_left_is_left_out():
    prepared = prepare(table(x=[1, 1, 1, 2], z=[1, 2, 4, nan], y=[1, 2, 3, 4]), "y", ["x", "z"])
    assert prepared.features == ("z",)
    assert keys(prepared) == ["constant", "rows_dropped"]


def test_dependence_is_said_and_nothing_dropped():
    random = np.random.default_rng(0)
    a, b, c, y = random.normal(size=(4, 50)) * [[1e3], [1], [1e-3], [1]] + 100
    found = table(a=a, b=b, c=c, total=a + b, y=y)
    prepared = prepare(found, "y", ["a", "b", "c", "total"])
    assert prepared.features == ("a", "b", "c", "total") and keys(prepared) == ["collinear"]
    assert prepared.notes[0].values["columns"] == ("a", "b", "total")
    assert keys(prepare(found, "y", ["a", "b", "c"])) == []
    assert keys(prepare(table(x=[1, 2], z=[3, 5], y=[1, 2]), "y", ["z", "x"])) == [
        "equals_target",
    ]


def test_nearly_dependent_features_are_not_called_dependent():
    random = np.random.default_rng(1)
    x = random.uniform(0, 10, 200)
    powers = table(**{f"x{k}": x**k for k in range(1, 5)}, y=random.normal(size=200))
    assert keys(prepare(powers, "y", ["x1", "x2", "x3", "x4"])) == []


def test_a_constant_target_is_said():
    assert keys(prepare(table(x=[1, 2, 3], y=[4, 4, 4]), "y", ["x"])) == ["constant_target"]


@pytest.mark.parametrize(
    ("target", "features", "key"),
    [
        ("w", ["x"], "unknown_column"),
        ("y", ["w"], "unknown_column"),
        ("word", ["x"], "not_numbers"),
        ("y", ["x", "word"], "not_numbers"),
        ("y", [], "no_features"),
        ("y", ["y"], "no_features"),
        ("y", ["one"], "no_features"),
        ("y", ["x", "gaps"], "few_rows"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_a_sentence(target, features, key):
    found = table(x=[1, 2, 3], one=[1] * 3, gaps=[1, 2, nan], y=[nan, 4, 6], word=list("abc"))
    with pytest.raises(DataError) as caught:
        prepare(found, target, features)
    assert caught.value.sentence.key == f"intake.{key}"
    assert caught.value.say("zh-TW") != caught.value.say("en")


def test_another_way_with_gaps_is_refused():
    with pytest.raises(Problem, match="median"):
        prepare(table(**GAPS), "y", ["x"], missing="median")


# --- Texts ---------------------------------------------------------------------------------------


def test_columns_are_named_three_at_most():
    said = [Note("text", {"columns": tuple("pqrstu"[:n])}).say("en") for n in (1, 2, 3, 6)]
    assert "column “p”." in said[0] and "“p” and “q”" in said[1]
    assert "“q” and “r”" in said[2] and "and 3 more" in said[3]
    assert "另外 3 欄" in Note("text", {"columns": tuple("pqrstu")}).say("zh-TW")


def test_every_text_is_used_here():
    """Each sentence belongs to an entry of the corpus, or to a test of limits or of `prepare`."""
    source = (CONTENT / "en" / "intake.toml").read_text(encoding="utf-8")
    known = {key for key in tomllib.loads(source) if not key.startswith("columns_")}
    corpus = {key for _, key in BAD.values()} | {
        key for *_, notes in GOOD.values() for key in notes.split()
    }
    limits = {"too_large", "too_many_rows", "too_many_cells"}
    preparation = {
        "unknown_column",
        "not_numbers",
        "few_rows",
        "no_features",
        "rows_dropped",
        "filled",
        "constant",
        "equals_target",
        "copy",
        "constant_target",
        "more_columns",
        "collinear",
        "nearly_collinear",
    }
    assert corpus | limits | preparation == known
    assert all(say(f"intake.{key}", "en") != say(f"intake.{key}", "zh-TW") for key in known)
