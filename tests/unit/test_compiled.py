"""Texts read one by one from a compiled catalogue are those that the standard library reads from it."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

import sel_tui.i18n
from sel_tui.i18n.compiled import Catalogue

LOCALES = Path(sel_tui.i18n.__file__).parent / "locales"


@pytest.mark.parametrize("locale", ["fr_CA", "en_CA"])
def test_every_text_is_the_one_that_gettext_reads(locale: str) -> None:
    own = Catalogue(LOCALES / locale / "LC_MESSAGES" / "sel_tui.mo")
    whole = gettext.translation("sel_tui", LOCALES, [locale])
    entries = whole._catalog  # type: ignore[attr-defined]  # what it has read
    keys = {key if isinstance(key, str) else key[0] for key in entries}
    assert len(keys) > 500

    plurals = set()
    for key in keys:
        assert own.gettext(key) == whole.gettext(key), key
        for count in range(4):
            text = own.plural(key, count)
            assert (text or key) == whole.ngettext(key, key, count), (key, count)
            plurals |= {key} if text is not None else set()
    assert len(plurals) > 5


def test_a_key_without_a_text_is_its_own_text_and_has_no_plural() -> None:
    own = Catalogue(LOCALES / "fr_CA" / "LC_MESSAGES" / "sel_tui.mo")

    for key in ("~ after all others", "login.titl", "login.title2"):
        assert (own.gettext(key), own.plural(key, 2)) == (key, None)


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.mo").write_bytes(b"no catalogue at all")

    with pytest.raises(ValueError, match="is no compiled catalogue"):
        Catalogue(tmp_path / "x.mo")
