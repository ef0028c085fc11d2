"""The receipt on receipts and in a file."""

from __future__ import annotations

import asyncio
import stat
import subprocess
from pathlib import Path

import pytest
from rich.cells import cell_len

from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.page import Button
from sel_tui.journey.core.scopes import Printer
from sel_tui.journey.core.state import with_app
from sel_tui.journey.machine import page
from sel_tui.journey.steps.receipt import TROUBLES
from sel_tui.runtime import printing, receipts
from tests.scenarios.walk import Walk
from tests.unit import builders
from tests.unit.rendering import WORDS
from tests.unit.ways import linking


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("columns", [receipts.NARROW, receipts.WIDE])
def test_a_receipt_fits_its_paper_and_says_all_that_matters(language: str, columns: int) -> None:
    text = receipts.receipt_text(builders.receipt(), WORDS[language], columns, builders.service(simulation=True))

    assert all(cell_len(line) <= columns for line in text.split("\n"))
    whole = " ".join(text.split())
    for said in (builders.REFERENCE, "ci1234567", "Maïka", builders.receipt().check_code, builders.receipt().undo):
        assert said in whole
    assert "SIMULATION" in text
    assert text.endswith("\n")


def test_a_saved_receipt_can_be_read_by_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_documents_path", lambda: tmp_path / "documents")
    text = receipts.receipt_text(builders.receipt(), WORDS["fr"], receipts.WIDE, builders.service(simulation=True))
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

    monkeypatch.setattr(printing, "_run_plain", refuse)
    with pytest.raises(printing.PrintError, match="no-printer"):
        asyncio.run(printing.print_text("receipt"))


@pytest.mark.parametrize(
    ("reasons", "late", "trouble"),
    [
        ("none", False, ""),
        ("media-empty-error", False, "paper"),
        ("media-empty", False, "paper"),
        ("media-empty-warning", False, ""),  # from another tray, perhaps
        ("media-empty-warning", True, "paper"),
        ("media-low-report marker-supply-low-warning", True, "silent"),
        ("marker-supply-low-warning media-jam-error", False, "jam"),
        ("cover-open-error", False, "cover"),
        ("toner-empty-error", False, "ink"),
        ("paused", False, "stopped"),
        ("connecting-to-device", False, ""),
        ("connecting-to-device", True, "offline"),
        ("", True, "silent"),
    ],
)
def test_what_a_printer_says_of_itself_is_told_by_its_gravity(reasons: str, late: bool, trouble: str) -> None:
    assert printing._trouble(reasons.split(), late=late) == trouble


@pytest.mark.parametrize("paper", ["auto", "sheet", "roll"])
@pytest.mark.parametrize("kiosk", [True, False])
def test_nobody_chooses_the_paper_where_it_is_known(paper: str, kiosk: bool) -> None:
    walk = linking().gets(builders.link()).does("show_receipt", "l1").gets(builders.receipt())
    state = with_app(walk.state, printer=Printer("", paper), kiosk=kiosk)
    prints = [item for item in page(state).items if isinstance(item, Button) and item.command == "print_receipt"]

    assert [button.arg for button in prints] == {"auto": ["80", "42"], "sheet": ["80"], "roll": ["42"]}[paper]
    assert prints[0].label == msg("button.print_receipt")


@pytest.mark.parametrize("kind", sorted(TROUBLES))
@pytest.mark.parametrize("kiosk", [True, False])
def test_why_nothing_was_printed_is_said_with_what_to_do(kind: str, kiosk: bool) -> None:
    walk = linking().gets(builders.link()).does("show_receipt", "l1").gets(builders.receipt())
    after = Walk(with_app(walk.state, kiosk=kiosk)).does("print_receipt", "42").fails(kind).state

    assert after.step is walk.state.step
    assert after.notice is not None
    key = f"notice.{kind.replace('-', '_')}"
    assert (after.notice.title, after.notice.lines) == (
        msg(key),
        (msg("notice.printer_kiosk.next" if kiosk else f"{key}.next"),),
    )


@pytest.mark.parametrize("kind", ["no-printer", "cannot-save"])
def test_a_receipt_that_cannot_be_kept_stays_on_the_screen(kind: str) -> None:
    shown = linking().gets(builders.link()).does("show_receipt", "l1").gets(builders.receipt())
    after = shown.does("save_receipt").fails(kind).state

    assert after.step is shown.state.step
    assert after.notice is not None
    assert after.notice.title.key == f"notice.{kind.replace('-', '_')}"
