"""One row of CSV as what is written into the database, or the reason why it is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

from pydantic import ValidationError

from sel_backend.importing.columns import ADDRESS, ANSWER_PREFIX
from sel_backend.questions import QuestionCatalogue
from sel_backend.security import answers, legacy
from sel_backend.security.keys import Keys
from sel_backend.security.old_schemes import MissingExtraError, OldKind
from sel_contract import (
    AssociationFile,
    Category,
    ClientFile,
    EmployerFile,
    WorkerFile,
    canonical_email,
    canonical_identifier,
    category_of,
)

_NAME_LIMIT: Final = 200
_DAY: Final = timedelta(days=1)


class RowRefusedError(ValueError):
    """A row cannot be used. The message names the column and what is wrong, never what it says."""


@dataclass(frozen=True)
class Prepared:
    """A row that can be written.

    Attributes:
        answerable: it answers every question that its category is asked; else nobody links it by method 2.
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


class RowReader:
    """Reads rows. Its keys are the current ones: digests name the key that they were made with."""

    def __init__(self, keys: Keys, questions: QuestionCatalogue, header: list[str], zone: tzinfo) -> None:
        self._zone = zone
        self._key_id = keys.current
        self._answer = keys.digester("answer", keys.current)
        self._password = keys.digester("old-password", keys.current)
        self._questions = questions
        self._kinds = {
            column: (column.removeprefix(ANSWER_PREFIX), questions.entries[column.removeprefix(ANSWER_PREFIX)].kind)
            for column in header
            if column.startswith(ANSWER_PREFIX)
        }

    def read(self, row: Mapping[str, str]) -> Prepared:
        """Return a row as what is written.

        Args:
            row: texts by column, without outer spaces; empty: nothing is said.

        Raises:
            RowRefusedError: it cannot be used.
        """
        identifier = _checked("identifier", canonical_identifier, row["identifier"])
        if "@" in identifier:
            raise RowRefusedError("identifier: an e-mail address is a further name, not the file's own")
        others = (one for one in row.get("other_names", "").split("|") if one.strip())
        names = tuple(
            dict.fromkeys((identifier, *(_checked("other_names", canonical_identifier, one) for one in others)))
        )
        category = category_of(identifier)
        email = row.get("email") or None
        if email:
            email = _checked("email", canonical_email, email)
        if not row["display_name"] or len(row["display_name"]) > _NAME_LIMIT:
            raise RowRefusedError("display_name: empty or longer than 200 characters")
        scheme, old, kind = self._old_access(row)
        facts = self._facts(row)
        return Prepared(
            identifier=identifier,
            names=names,
            category=category.value,
            display_name=row["display_name"],
            email=email,
            contents=_contents(category, identifier, row, email).model_dump_json(exclude_none=True),
            legacy_scheme=scheme,
            legacy_expires_at=_end_of(row.get("legacy_expires_on", ""), self._zone),
            answerable=self._questions.answerable(category, [question for question, _ in facts]),
            facts=facts,
            legacy_hash=old,
            old_kind=kind,
        )

    def _old_access(self, row: Mapping[str, str]) -> tuple[str | None, str | None, OldKind | None]:
        scheme, hashed = row.get("legacy_scheme", ""), row.get("legacy_hash", "")
        if not scheme and not hashed:
            return None, None, None
        if scheme == legacy.NATIVE:
            if not hashed.startswith("$argon2id$"):
                raise RowRefusedError("legacy_hash: not an argon2id hash in its usual form")
            return scheme, hashed, None
        try:
            old, kind = legacy.rested(self._password, self._key_id, scheme, row.get("legacy_salt", ""), hashed)
        except MissingExtraError as error:
            raise RowRefusedError(f"legacy_scheme: {error}") from error
        except ValueError as error:
            raise RowRefusedError(f"legacy_hash: {error}") from error
        return legacy.RESTING, old.text(), kind

    def _facts(self, row: Mapping[str, str]) -> list[tuple[str, str]]:
        facts = []
        for column, (question, kind) in self._kinds.items():
            if said := row.get(column, ""):
                try:
                    facts.append((question, self._answer(answers.normalised(kind, said))))
                except answers.UnreadableAnswerError as error:
                    raise RowRefusedError(f"{column}: {error.code.value}") from error
        return facts


def _checked(column: str, canonical: Callable[[str], str], typed: str) -> str:
    try:
        return canonical(typed)
    except ValueError as error:
        raise RowRefusedError(f"{column}: {error}") from error


def _end_of(day: str, zone: tzinfo) -> datetime | None:
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day) + _DAY, datetime.min.time(), zone)
    except ValueError as error:
        raise RowRefusedError("legacy_expires_on: bad-date") from error


def _contents(category: Category, identifier: str, row: Mapping[str, str], email: str | None) -> ClientFile:
    told: dict[str, Any] = {name: row.get(name) or None for name in ("phone", "contact_person")}
    told["address"] = {name: row[name] for name in ADDRESS}
    told["email"] = email
    try:
        match category:
            case Category.WORKER:
                number, expires = row.get("certificate_number"), row.get("certificate_expires_on")
                certificate = {"number": number, "expires_on": expires} if number or expires else None
                return WorkerFile.model_validate(
                    told
                    | {"name": row["display_name"], "client_number": identifier, "certificate": certificate}
                    | {name: row.get(name) or None for name in ("trade", "pension_status")}
                )
            case Category.EMPLOYER:
                return EmployerFile.model_validate(
                    told
                    | {"legal_name": row["display_name"], "employer_number": identifier}
                    | {name: row.get(name) or None for name in ("neq", "rbq_licence")}
                )
            case Category.ASSOCIATION:
                return AssociationFile.model_validate(
                    told | {"name": row["display_name"]} | {name: row.get(name, "") for name in ("acronym", "side")}
                )
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = "_".join(str(part) for part in first["loc"])
        raise RowRefusedError(f"{place}: {first['type']}") from error
