"""One row of CSV as what is written into the database, or the reason why it is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any, Final

from sel_backend.importing.columns import ADDRESS, ANSWER_PREFIX, OTHER_NAMES
from sel_backend.importing.values import (
    CellError,
    Order,
    checked,
    end_of,
    other_name,
    record_answer,
    record_date,
    short,
    unfloated,
)
from sel_backend.questions import QuestionCatalogue, QuestionEntry
from sel_backend.security import legacy
from sel_backend.security.argon2_bounds import why_unusable
from sel_backend.security.keys import Keys
from sel_backend.security.old_schemes import MissingExtraError, OldKind
from sel_contract import (
    AssociationFile,
    AssociationSide,
    Category,
    ClientFile,
    EmployerFile,
    PensionStatus,
    WorkerFile,
    canonical_email,
    canonical_identifier,
    category_of,
)
from sel_contract.rules.text import plain
from sel_contract.text import SHORT

_SHOWN: Final = frozenset({"phone", "contact_person", "trade", "certificate_number", "neq", "rbq_licence", "acronym"})
_NUMBERS: Final = frozenset({"phone", "certificate_number", "neq", "rbq_licence"})


@dataclass(frozen=True)
class Prepared:
    """A row that can be written.

    Attributes:
        answerable: it answers every question that its category is asked; else nobody links it by method 2.
        names_left_out: how many old user names it has that nobody can type at log-in today.
    """

    identifier: str
    names: tuple[str, ...]
    category: str
    display_name: str
    email: str | None
    contents: str
    legacy_scheme: str | None
    legacy_expires_at: datetime | None
    answerable: bool
    facts: list[tuple[str, str]] = field(repr=False)
    legacy_hash: str | None = field(repr=False)
    old_kind: OldKind | None = None
    names_left_out: int = 0


class RowReader:
    """Reads rows. Its keys are the current ones: digests name the key that they were made with."""

    def __init__(
        self,
        keys: Keys,
        questions: QuestionCatalogue,
        header: list[str],
        zone: tzinfo,
        orders: Mapping[str, Order] | None = None,
    ) -> None:
        """Prepare it.

        Args:
            keys: of the back end.
            questions: the catalogue.
            header: the columns.
            zone: the organisation's time zone, in which a last day ends.
            orders: by column, the order of day and month in dates in numbers.
        """
        self._zone = zone
        self._key_id = keys.current
        self._answer = keys.digester("answer", keys.current)
        self._password = keys.digester("old-password", keys.current)
        self._questions = questions
        self._orders = orders or {}
        self._shown = [column for column in header if column in _SHOWN]
        self._asked = {
            column: questions.entries[column.removeprefix(ANSWER_PREFIX)]
            for column in header
            if column.startswith(ANSWER_PREFIX)
        }

    def read(self, row: Mapping[str, str]) -> Prepared:
        """Return a row as what is written.

        Args:
            row: texts by column, without outer spaces; empty: nothing is said.

        Raises:
            CellError: it cannot be used.
        """
        try:
            return self._prepared(row)
        except CellError:
            raise
        except Exception as error:
            # Whatever one row raises is that row's refusal; the others go on.
            raise CellError(f"it cannot be used ({type(error).__name__})") from error

    def _prepared(self, row: Mapping[str, str]) -> Prepared:
        identifier = checked("identifier", canonical_identifier, row["identifier"])
        if "@" in identifier:
            raise CellError("identifier: an e-mail address is a further name, not the file's own")
        others = [other_name(one) for one in row.get(OTHER_NAMES, "").split("|") if one.strip()]
        category = category_of(identifier)
        email = row.get("email") or None
        if email:
            email = short("email", checked("email", canonical_email, email))
        display_name = plain(short("display_name", row["display_name"]), SHORT).strip()
        if not display_name:
            raise CellError("display_name: empty")
        scheme, old, kind = self._old_access(row)
        facts = self._facts(row)
        return Prepared(
            identifier=identifier,
            names=tuple(dict.fromkeys((identifier, *(name for name in others if name)))),
            category=category.value,
            display_name=display_name,
            email=email,
            contents=self._contents(category, identifier, display_name, row, email).model_dump_json(exclude_none=True),
            legacy_scheme=scheme,
            legacy_expires_at=_end_of(
                row.get("legacy_expires_on", ""), self._zone, self._orders.get("legacy_expires_on")
            ),
            answerable=self._questions.answerable(category, [question for question, _ in facts]),
            facts=facts,
            legacy_hash=old,
            old_kind=kind,
            names_left_out=others.count(None),
        )

    def _old_access(self, row: Mapping[str, str]) -> tuple[str | None, str | None, OldKind | None]:
        scheme, hashed = row.get("legacy_scheme", ""), row.get("legacy_hash", "")
        if not scheme and not hashed:
            return None, None, None
        if scheme == legacy.NATIVE:
            if why := why_unusable(hashed):
                raise CellError(f"legacy_hash: {why}")
            return scheme, hashed, None
        try:
            old, kind = legacy.rested(self._password, self._key_id, scheme, row.get("legacy_salt", ""), hashed)
        except MissingExtraError as error:
            raise CellError(f"legacy_scheme: {error}") from error
        except ValueError as error:
            raise CellError(f"legacy_hash: {error}") from error
        return legacy.RESTING, old.text(), kind

    def _facts(self, row: Mapping[str, str]) -> list[tuple[str, str]]:
        return [
            (entry.id, self._answer(self._right(column, entry, said)))
            for column, entry in self._asked.items()
            if (said := row.get(column, ""))
        ]

    def _right(self, column: str, entry: QuestionEntry, said: str) -> str:
        return record_answer(column, entry.kind, said, self._orders.get(column), comparison=entry.comparison)

    def _contents(
        self, category: Category, identifier: str, name: str, row: Mapping[str, str], email: str | None
    ) -> ClientFile:
        # The models take out what cannot be seen, and put what a cell has on several lines on one.
        said: dict[str, Any] = {"address": {column: short(column, row[column]) for column in ADDRESS}, "email": email}
        for column in self._shown:
            if text := row[column]:
                said[column] = short(column, unfloated(text) if column in _NUMBERS else text)
        match category:
            case Category.WORKER:
                said |= {
                    "name": name,
                    "client_number": identifier,
                    "certificate": self._certificate(said.get("certificate_number"), row.get("certificate_expires_on")),
                    "pension_status": _one_of("pension_status", PensionStatus, row) or None,
                }
                return WorkerFile.model_validate(said)
            case Category.EMPLOYER:
                return EmployerFile.model_validate(said | {"legal_name": name, "employer_number": identifier})
            case Category.ASSOCIATION:
                said |= {
                    "name": name,
                    "acronym": said.get("acronym", ""),
                    "side": _one_of("side", AssociationSide, row),
                }
                if not said["side"]:
                    raise CellError("side: empty; an association speaks for union or employers")
                return AssociationFile.model_validate(said)

    def _certificate(self, number: str | None, expires: str | None) -> dict[str, Any] | None:
        if not number and not expires:
            return None
        if not number or not expires:
            raise CellError("certificate_number, certificate_expires_on: one is there without the other")
        column = "certificate_expires_on"
        day = record_date(column, expires, self._orders.get(column))
        end_of(column, day, self._zone)
        return {"number": number, "expires_on": day}


def _one_of(column: str, values: type[StrEnum], row: Mapping[str, str]) -> str:
    text = row.get(column, "").lower()
    if text and text not in list(values):
        raise CellError(f"{column}: not one of {', '.join(values)}")
    return text


def _end_of(text: str, zone: tzinfo, order: Order | None = None) -> datetime | None:
    column = "legacy_expires_on"
    return end_of(column, record_date(column, text, order), zone) if text else None
