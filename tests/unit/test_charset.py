"""Letters as bytes: any bytes, cut anywhere, become letters or are left out and told; no letter is written wrong."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sel_tui.i18n.charset import Decoder, charset_of, encode, name_of, spell
from sel_tui.terminal.keys import KeyReader

ENCODINGS = ("utf-8", "iso8859-1", "iso8859-15", "cp1252", "koi8-r")


class Told:
    """Counts how often it was told that bytes were left out."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.mark.parametrize(
    ("locale", "encoding"),
    [
        ("fr_CA.UTF-8", "utf-8"),
        ("fr_CA.utf8@euro", "utf-8"),
        ("fr_CA.ISO-8859-1", "iso8859-1"),
        ("fr_CA.iso88591", "iso8859-1"),
        ("fr_CA.ISO8859_1", "iso8859-1"),
        ("fr_FR.ISO-8859-15@euro", "iso8859-15"),
        ("fr_CA.latin1", "iso8859-1"),
        ("fr_CA.CP1252", "cp1252"),
        ("fr_CA", "iso8859-1"),
        ("fr_FR@euro", "iso8859-15"),
        ("C", ""),
        ("POSIX", ""),
        ("", ""),
        ("fr_CA.ANSI_X3.4-1968", ""),
        ("ja_JP.SJIS", ""),
        ("zh_CN.GB2312", ""),
        ("x.utf-16", ""),
        ("x.cp037", ""),
        ("x.hex", ""),
        ("x.idna", ""),
        ("x.no-such-charset", ""),
        ("x.\x00", ""),
    ],
)
def test_a_locale_s_name_tells_how_letters_are_written(locale: str, encoding: str) -> None:
    assert charset_of(locale) == encoding


@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=6), st.sampled_from(ENCODINGS))
def test_any_bytes_cut_anywhere_are_the_same_letters_and_none_is_a_replacement(
    data: bytes, cuts: list[int], encoding: str
) -> None:
    whole = Decoder(encoding, Told()).feed(data, final=True)
    told = Told()
    decoder = Decoder(encoding, told)
    places = [0, *sorted(cuts), len(data)]
    pieces = [data[start:end] for start, end in itertools.pairwise(places)]
    text = "".join(decoder.feed(piece) for piece in pieces) + decoder.feed(b"", final=True)
    assert text == whole
    assert "\ufffd" not in text
    assert bool(told.count) == ("\ufffd" in data.decode(encoding, "replace"))


@pytest.mark.parametrize("byte", range(0x80, 0x100))
def test_a_byte_that_is_no_utf_8_is_left_out_and_the_letters_around_it_stay(byte: int) -> None:
    told = Told()
    decoder = Decoder("utf-8", told)
    assert decoder.feed(b"a") + decoder.feed(bytes([byte])) + decoder.feed(b"bcd") == "abcd"
    assert told.count == 1


def test_a_letter_that_is_cut_is_waited_for() -> None:
    told = Told()
    decoder = Decoder("utf-8", told)
    assert [decoder.feed(bytes([byte])) for byte in "é漢".encode()] == ["", "é", "", "", "漢"]
    assert told.count == 0


@given(st.text(max_size=40), st.sampled_from((*ENCODINGS, "ascii")))
def test_every_text_can_be_written_in_every_encoding(text: str, encoding: str) -> None:
    written = encode(text, encoding)
    assert written.decode(encoding, "strict") == spell(text, encoding).encode("utf-8", "replace").decode()


def test_what_an_encoding_has_is_written_and_the_rest_is_spelled() -> None:
    text = "L’été à Noël «\u00a0œuvre\u00a0» – 5 €…"
    assert spell(text, "iso8859-1") == "L'été à Noël «\u00a0oeuvre\u00a0» - 5 ?..."
    assert spell(text, "iso8859-15") == "L'été à Noël «\u00a0œuvre\u00a0» - 5 €..."
    assert spell(text, "cp1252") == text
    assert spell(text, "ascii") == 'L\'ete a Noel " oeuvre " - 5 ?...'
    assert spell(text, "utf-8") == text


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-8", "UTF-8"), ("iso8859-15", "ISO-8859-15"), ("cp1252", "CP1252")]
)
def test_an_encoding_is_called_as_people_call_it(encoding: str, name: str) -> None:
    assert name_of(encoding) == name


def test_no_control_sequence_of_one_byte_is_written() -> None:
    assert encode("a\x9b31mb\x85c\x90", "iso8859-1") == b"a31mbc"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_byte_ends_the_keys_of_the_line_face(encoding: str) -> None:
    told = Told()
    reader = KeyReader(encoding, told)
    typed = "".join(stroke.text for byte in range(256) for stroke in reader.feed(bytes([byte])))
    assert "\ufffd" not in typed
    assert "abc" in typed
    assert bool(told.count) == (encoding in {"utf-8", "cp1252"})
