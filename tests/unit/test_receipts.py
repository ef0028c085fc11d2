"""The receipt on receipts and in a file."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest
from rich.cells import cell_len

from sel_tui.runtime import receipts
from tests.unit import builders
from tests.unit.rendering import WORDS
from tests.unit.ways import linking


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("columns", [receipts.NARROW, receipts.WIDE])
def test_a_receipt_fits_its_paper_and_says_all_that_matters(language: str, columns: int) -> None:
    text = receipts.receipt_text(builders.receipt(), WORDS[language], columns, simulation=True)

    assert all(cell_len(line) <= columns for line in text.split("\n"))
    whole = " ".join(text.split())
    for said in (builders.REFERENCE, "ci1234567", "Maïka", builders.receipt().check_code, builders.receipt().undo):
        assert said in whole
    assert "SIMULATION" in text
    assert text.endswith("\n")


def test_a_saved_receipt_can_be_read_by_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_documents_path", lambda: tmp_path / "documents")
    text = receipts.receipt_text(builders.receipt(), WORDS["fr"], receipts.WIDE, simulation=True)
    path = receipts.save(text, builders.REFERENCE)

    assert path.parent == tmp_path / "documents"
    assert path.read_text(encoding="utf-8") == text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_receipt_does_not_follow_a_link_that_lies_in_its_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_documents_path", lambda: tmp_path)
    other = tmp_path / "other.txt"
    other.write_text("mine", encoding="utf-8")
    (tmp_path / f"sel-{builders.REFERENCE}.txt").symlink_to(other)

    with pytest.raises(receipts.ReceiptError, match="cannot-save"):
        receipts.save("receipt", builders.REFERENCE)
    assert other.read_text(encoding="utf-8") == "mine"


def test_a_folder_that_cannot_be_written_is_said_to_be_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setattr("platformdirs.user_documents_path", lambda: tmp_path / "file" / "documents")

    with pytest.raises(receipts.ReceiptError, match="cannot-save"):
        receipts.save("receipt", builders.REFERENCE)


@pytest.mark.parametrize(
    "error", [FileNotFoundError(), subprocess.CalledProcessError(1, "lp"), subprocess.TimeoutExpired("lp", 15)]
)
def test_without_a_printer_the_person_is_told(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(subprocess, "run", refuse)
    with pytest.raises(receipts.ReceiptError, match="no-printer"):
        receipts.print_text("receipt")


@pytest.mark.parametrize("kind", ["no-printer", "cannot-save"])
def test_a_receipt_that_cannot_be_kept_stays_on_the_screen(kind: str) -> None:
    shown = linking().gets(builders.link()).does("show_receipt", "l1").gets(builders.receipt())
    after = shown.does("save_receipt").fails(kind).state

    assert after.step is shown.state.step
    assert after.notice is not None
    assert after.notice.title.key == f"notice.{kind.replace('-', '_')}"
