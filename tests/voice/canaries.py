"""Replaces whatever belongs to a person in a state by canaries, whatever the pages make of it.

What belongs to a person is known here by where it is held, never by how it was declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Final

from pydantic import BaseModel

from sel_tui.i18n import Words
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.messages import PERSONAL, Msg
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import Secret, clear
from sel_tui.journey.core.state import State, task, with_task
from sel_tui.journey.machine import fields_of
from sel_tui.journey.steps.questions import Questions, answer_fields
from sel_tui.voice.spelling import spelled, with_groups
from sel_tui.voice.utterance import plain
from tests.scenarios.forms import EVERY_FIELD

# What a session, a task or the demonstration holds belongs to the person, but for identities, languages and what the
# service says to everyone.
NOT_THEIRS: Final = frozenset(
    {
        "id",
        "terms",
        "methods",
        "challenge",
        "drafts",
        "secrets",
        "link_id",
        "language",
        "province",
        "country",
        "undo",
        "question",
        "queue",
        "figures",
        "act",
        "ticked",
    }
)
DAY: Final = date(1907, 11, 23)
MOMENT: Final = datetime(1907, 11, 23, 15, 0, tzinfo=UTC)
# What a scenario's notice took along before the canaries came.
BEFORE: Final = ("Maïka Côté", "Toitures Exemple", "4T8W-2NRQ-6T", "nouvelle@exemple.test")
SECRET: Final = "Zecret-7Q!aaaaaaaa"
# What is typed must still be understood, so that how it was understood is shown.
TYPED: Final[dict[Kind, str]] = {
    Kind.EMAIL: "zanari@zanari.test",
    Kind.IDENTIFIER: "ci8800917",
    Kind.LINK_USERNAME: "Z-880091",
    Kind.LINK_CODE: "ZZ9ZZ-9ZZ9Z",
    Kind.SINGLE_USE_CODE: "880091",
    Kind.HANDOFF_CODE: "ZZ9Z-Z9ZZ",
    Kind.TOKEN: "ZZ9ZZ-9ZZ9Z-ZZ9ZZ-9ZZ9Z-ZZ9ZZ",
    Kind.DATE: "1907-11-23",
    Kind.POSTAL_CODE: "K9V 8T7",
    Kind.YEAR: "1907",
    Kind.NUMBER: "90817",
    Kind.NAME: "Zanari",
    Kind.NOTE: "Le zanari du dossier n’est pas le bon zanari, corrigez-le.",
    Kind.TEXT: "Zanarerie",
    Kind.SEARCH: "zanari",
    Kind.LOOKUP: "ci8800917",
}


@dataclass
class Canaries:
    """Makes canaries, one for each text, and finds them in what was said.

    Attributes:
        words: The language that is spoken.
        found: The texts that belong to the person, as a page may show them.
    """

    words: Words
    found: set[str] = field(default_factory=set)
    _of: dict[str, str] = field(default_factory=dict)

    def put_into(self, state: State) -> State:
        """Return `state` with canaries in place of what belongs to the person."""
        self.found |= {self.words.date(DAY), self.words.moment(MOMENT), *BEFORE}
        known = {one.name: one for one in (*EVERY_FIELD, *answer_fields(state), *fields_of(state))}
        challenge = task(state, Questions).challenge
        if challenge is not None:
            named = challenge.model_copy(update={"identifier": self._text(challenge.identifier)})
            state = with_task(state, Questions, challenge=named)
        tasks: dict[type[Task], Task] = {}
        for kind, held in state.tasks.items():
            chosen = {name for name in held.drafts if name == "category" or known[name].kind is Kind.CHOICE}
            typed = {
                name: value if name in chosen else self._draft(known[name], value)
                for name, value in held.drafts.items()
            }
            secrets = {name: self._draft(known[name], value) for name, value in held.secrets.items()}
            tasks[kind] = replace(self._deep(held), drafts=typed, secrets=secrets)
        person = {name: self._draft(known[name], value) for name, value in state.person.drafts.items()}
        changes: dict[str, Any] = {
            "tasks": tasks,
            "account": self._deep(state.account),
            "app": replace(state.app, demo=self._deep(state.app.demo)),
            "person": replace(state.person, drafts=person),
        }
        changes |= {"busy": self._deep(state.busy), "unfinished": self._deep(state.unfinished)}
        if state.notice is not None:
            lines = tuple(self._message(line) for line in state.notice.lines)
            reference = self._text(state.notice.reference)
            changes["notice"] = replace(
                state.notice, title=self._message(state.notice.title), lines=lines, reference=reference
            )
        return replace(state, **changes)

    def told(self, said: str) -> set[str]:
        """Return the canaries that `said` holds, as they are or spelled."""
        return {canary for canary in self.found if any(form in plain(said).casefold() for form in self._forms(canary))}

    def _forms(self, canary: str) -> set[str]:
        ways = [canary, spelled(canary, self.words), spelled(canary, self.words, capitals=True)]
        ways.append(with_groups(canary, self.words))
        return {plain(way).casefold() for way in ways}

    def _draft(self, known: Field, value: Any) -> Any:
        if not clear(value):
            return value
        if known.masked:
            return Secret(SECRET)
        text = TYPED[known.kind]
        self.found.add(self.words.date(DAY) if known.kind is Kind.DATE else text)
        self.found.add(text)
        return Secret(text) if isinstance(value, Secret) else text

    def _deep(self, value: Any, name: str = "") -> Any:
        if name in NOT_THEIRS or isinstance(value, Enum):
            return value
        match value:
            case Secret():
                return Secret(SECRET) if len(value) else value
            case str():
                return self._text(value)
            case datetime():
                return MOMENT
            case date():
                return DAY
            case tuple():
                return tuple(self._deep(one) for one in value)
            case Mapping():
                return value  # a text in both languages is the service's
            case BaseModel():
                held = {one: self._deep(getattr(value, one), one) for one in type(value).model_fields}
                return value.model_copy(update=held)
            case _ if is_dataclass(value) and not isinstance(value, type):
                return replace(
                    value, **{one.name: self._deep(getattr(value, one.name), one.name) for one in fields(value)}
                )
            case _:
                return value

    def _message(self, message: Msg) -> Msg:
        """Return `message` with canaries for the texts that a scenario's notice took along."""
        params = dict(message.params)
        if message.key == PERSONAL:
            return replace(message, params=(("text", self._text(str(params["text"]))),))
        return replace(
            message,
            params=tuple((name, self._message(one) if isinstance(one, Msg) else one) for name, one in params.items()),
        )

    def _text(self, text: str) -> str:
        if not text:
            return text
        number = len(self._of)
        canary = f"Zanari{chr(97 + number // 26)}{chr(97 + number % 26)}"
        canary = self._of.setdefault(text, canary)
        self.found.add(canary)
        return canary
