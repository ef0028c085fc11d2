"""The catalogue of authentication questions, and which of them are asked: the same ones, whatever a file holds."""

import hashlib
import hmac
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from sel_backend.security.answers import COMPARISONS
from sel_contract import Category, Question, QuestionKind

FEWEST_RECORDS = 2


@dataclass(frozen=True)
class QuestionEntry:
    """One question of the catalogue.

    Attributes:
        record: the part of the record that its answer stands in.
        texts: by language.
        comparison: how an answer is compared with the right one, where its kind alone does not say it.
    """

    id: str
    record: str
    kind: QuestionKind
    example: str
    texts: Mapping[str, str]
    comparison: str

    def asked_in(self, language: str) -> Question:
        """Return the question in a language, in French where it has no such text."""
        text = self.texts.get(language) or self.texts["fr-CA"]
        return Question(id=self.id, kind=self.kind, text=text, example=self.example)


@dataclass(frozen=True)
class QuestionCatalogue:
    """Every question that may be asked. `path` None: the catalogue that comes with the back end."""

    path: Path | None = None

    @cached_property
    def _written(self) -> dict[str, Any]:
        source = self.path or files("sel_backend").joinpath("questions.toml")
        return tomllib.loads(source.read_text("utf-8"))

    @cached_property
    def entries(self) -> Mapping[str, QuestionEntry]:
        """The questions by identifier.

        Raises:
            ValueError: the file is not a catalogue.
        """
        return {
            name: QuestionEntry(
                id=name,
                record=entry["record"],
                kind=QuestionKind(entry["kind"]),
                example=entry["example"],
                texts={language: text for language, text in entry.items() if "-" in language},
                comparison=_known(entry.get("comparison", entry["kind"])),
            )
            for name, entry in self._written["questions"].items()
        }

    def sets_of(self, category: Category) -> list[list[str]]:
        """Return the sets of questions of which whoever claims a file of this category is asked one.

        Raises:
            KeyError: there is none, or one names a question that is not in the catalogue.
        """
        return [[self.entries[name].id for name in one] for one in self._written["sets"][category.value]]

    def answerable(self, category: Category, known: Collection[str]) -> bool:
        """Return whether a file with answers to these questions can be linked by method 2."""
        return any(set(one) <= set(known) for one in self.sets_of(category))

    def choose(self, category: Category, known: Collection[str], subject: str, number: int) -> tuple[str, ...]:
        """Return so many of a set, the same ones for the same subject for ever, from two records at least.

        The file's set is the one that it can answer best; where there is no file, the subject draws one: so a set says
        nothing about whether there is such a file.

        Args:
            category: the category that the claimed name has.
            known: the questions to which the file has an answer.
            subject: a keyed digest (hexadecimal) that names what is claimed, so that nobody can foretell the choice.
            number: how many.
        """

        def rank(question: str) -> bytes:
            return hmac.digest(subject.encode(), question.encode(), hashlib.sha256)

        sets = self.sets_of(category)
        drawn = sets[int(hashlib.sha256(subject.encode()).hexdigest()[:8], 16) % len(sets)]
        best = max(sets, key=lambda one: len(set(one) & set(known)))
        order = sorted(best if set(best) & set(known) else drawn, key=rank)
        chosen = order[:number]
        if len({self.entries[name].record for name in chosen}) < FEWEST_RECORDS:
            other = [name for name in order[number:] if self.entries[name].record != self.entries[chosen[0]].record]
            chosen = chosen[:-1] + other[:1] if chosen and other else chosen
        position = list(self.entries)
        return tuple(sorted(chosen, key=position.index))


def _known(comparison: str) -> str:
    if comparison not in COMPARISONS:
        raise ValueError(f"no comparison is called {comparison}")
    return comparison
