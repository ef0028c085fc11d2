"""What a file's bytes say before any row is read: their fingerprint and their encoding."""

import codecs
import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sel_backend.importing.columns import HeaderError

UTF_8: Final = "utf-8"
WINDOWS: Final = "cp1252"
ENCODINGS: Final = {"utf-8": UTF_8, "windows-1252": WINDOWS, "cp850": "cp850", "mac-roman": "mac_roman"}
"""The encodings that can be given, by the name that is given."""

BOM: Final = codecs.BOM_UTF8
_CHUNK: Final = 1 << 20
_ASCII: Final = bytes(range(128))
# What names, addresses and trades hold beyond ASCII; a file in another encoding, or garbage, has other bytes too.
_EXPECTED: Final = frozenset("àâäçéèêëîïíôöóùûüúáñæœßÀÄÇÉÈÊËÎÏÔÖÓÙÛÜÚÁÍÑÆŒ«»’‘“”–—°\u00a0".encode(WINDOWS))
# The bytes that begin « é » and « » in UTF-8: expected only where nothing in the file is UTF-8.
_AMBIGUOUS: Final = frozenset("ÂÃ".encode(WINDOWS))
_LETTERS_FROM: Final = 0xC0
_APOSTROPHE: Final = 0x92


@dataclass(frozen=True)
class Contents:
    """What reading a file once has shown.

    Attributes:
        size: in bytes.
        modified: in nanoseconds; with the size it shows whether the file was changed meanwhile.
        digest: SHA-256 of every byte.
        encoding: UTF-8, or Windows-1252 where the bytes are no UTF-8 and just what French and English text has.
        marked: it begins with the mark of UTF-8 (BOM), as Excel writes it.
    """

    size: int
    modified: int
    digest: str
    encoding: str
    marked: bool


def examined(path: Path) -> Contents:
    """Read a file once, in bounded memory.

    Raises:
        HeaderError: no regular file, or one in UTF-16.
        OSError: it cannot be read.
    """
    # Before it is opened: opening a pipe would wait for somebody to write.
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):
        raise HeaderError("it is not a regular file: an import reads its file twice, and again after a kill")
    with path.open("rb") as file:
        digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder(UTF_8)("replace")
        high: set[int] = set()
        valid = damaged = 0
        start = file.read(_CHUNK)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise HeaderError("it is in UTF-16: save it as « CSV UTF-8 »")
        chunk = start
        while chunk:
            digest.update(chunk)
            text = decoder.decode(chunk)
            if not chunk.isascii():
                high.update(chunk.translate(None, _ASCII))
                lost = text.count("\ufffd")
                damaged += lost
                valid += len(text) - len(text.encode("ascii", "ignore")) - lost
            chunk = file.read(_CHUNK)
        damaged += len(decoder.decode(b"", final=True))
    marked = start.startswith(BOM)
    windows = damaged and not marked and _is_windows(high, some_utf_8=valid > 0)
    return Contents(about.st_size, about.st_mtime_ns, digest.hexdigest(), WINDOWS if windows else UTF_8, marked=marked)


def _is_windows(high: set[int], *, some_utf_8: bool) -> bool:
    expected = _EXPECTED if some_utf_8 else _EXPECTED | _AMBIGUOUS
    return high <= expected and any(byte >= _LETTERS_FROM or byte == _APOSTROPHE for byte in high)
