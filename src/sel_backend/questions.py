"""The catalogue of authentication questions, and which of them are asked: the same ones, whatever a file holds."""

import hashlib
import hmac
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from sel_backend.security.answers import COMPARISONS
from sel_contract import Category, Question, QuestionKind

FEWEST_RECORDS = 2
_NOBODY: Final[Mapping[str, Collection[str]]] = MappingProxyType({})


@dataclass(frozen=True)
class QuestionEntry:
    """One question of the catalogue.

    Attributes:
        record: the part of the record that its answer stands in.
        texts: by language.
        past: the answer is no day or year to come.
        comparison: how an answer is compared with the right one, where its kind alone does not say it.
    """

    id: str
    record: str
    kind: QuestionKind
    example: str
    texts: Mapping[str, str]
    comparison: str
    past: bool = False

    def asked_in(self, language: str) -> Question:
        """Return the question in a language, in French where it has no such text."""
        text = self.texts.get(language) or self.texts["fr-CA"]
        return Question(id=self.id, kind=self.kind, text=text, example=self.example, past=self.past)


class CatalogueError(ValueError):
    """The file is no catalogue of questions; the message is a sentence."""


@dataclass(frozen=True)
class QuestionCatalogue:
    """Every question that may be asked. `path` None: the catalogue that comes with the back end."""

    path: Path | None = None

    @cached_property
    def _written(self) -> dict[str, Any]:
        source = self.path or files("sel_backend").joinpath("questions.toml")
        try:
            return tomllib.loads(source.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise CatalogueError(f"it is no TOML: {error}") from error
        except UnicodeDecodeError as error:
            raise CatalogueError("it is not in UTF-8") from error

    def _part(self, name: str) -> Mapping[str, Any]:
        part = self._written.get(name)
        if not isinstance(part, dict):
            raise CatalogueError(f"it has no part [{name}]")
        return part

    @cached_property
    def entries(self) -> Mapping[str, QuestionEntry]:
        """The questions by identifier.

        Raises:
            CatalogueError: the file is not a catalogue.
            OSError: it cannot be read.
        """
        return {name: _entry(name, entry) for name, entry in self._part("questions").items()}

    def sets_of(self, category: Category) -> list[list[str]]:
        """Return the sets of questions of which whoever claims a file of this category is asked one.

        Raises:
            CatalogueError: there is none, or one names a question that is not in the catalogue.
        """
        sets = self._part("sets").get(category.value)
        if not sets or not isinstance(sets, list) or not all(isinstance(one, list) and one for one in sets):
            raise CatalogueError(f"[sets] has no list of sets for {category.value}")
        for name in (name for one in sets for name in one):
            if not isinstance(name, str) or name not in self.entries:
                raise CatalogueError(f"a set for {category.value} names {name!r}, which is no question of it")
        return sets

    def check(self) -> int:
        """Look at everything in it, and return how many of its questions are asked.

        Raises:
            CatalogueError: the file is not a catalogue.
            OSError: it cannot be read.
        """
        return len({name for category in Category for one in self.sets_of(category) for name in one})

    def answerable(self, category: Category, known: Collection[str]) -> bool:
        """Return whether a file with answers to these questions can be linked by method 2."""
        return any(set(one) <= set(known) for one in self.sets_of(category))

    def choose(
        self,
        category: Category,
        known: Collection[str],
        subject: str,
        number: int,
        near: Mapping[str, Collection[str]] = _NOBODY,
    ) -> tuple[str, ...]:
        """Return so many of a set, the same ones for the same subject for ever, from two records at least.

        The file's set is the one that it can answer best. Where there is no file, it is that of a file whose name
        stands near, one of them drawn by the subject: so among what does not exist each set is as rare as it is among
        the files there, and says nothing about whether there is such a file.

        Args:
            category: the category that the claimed name has.
            known: the questions to which the file has an answer.
            subject: a keyed digest (hexadecimal) that names what is claimed, so that nobody can foretell the choice.
            number: how many.
            near: the questions to which the files have an answer whose names stand near, by name.
        """

        def rank(text: str) -> bytes:
            return hmac.digest(subject.encode(), text.encode(), hashlib.sha256)

        sets = self.sets_of(category)
        drawn = sets[int(hashlib.sha256(subject.encode()).hexdigest()[:8], 16) % len(sets)]
        # Each name's rank is its own: where a name is added among forty, the choice rarely changes.
        others = (_best(sets, near[name]) for name in sorted(near, key=rank))
        best = _best(sets, known) or next(filter(None, others), drawn)
        order = sorted(best, key=rank)
        chosen = order[:number]
        if len({self.entries[name].record for name in chosen}) < FEWEST_RECORDS:
            other = [name for name in order[number:] if self.entries[name].record != self.entries[chosen[0]].record]
            chosen = chosen[:-1] + other[:1] if chosen and other else chosen
        position = list(self.entries)
        return tuple(sorted(chosen, key=position.index))


def _best(sets: Sequence[Sequence[str]], known: Collection[str]) -> Sequence[str] | None:
    """Return the set that can be answered best, None where none can be at all."""
    best = max(sets, key=lambda one: len(set(one) & set(known)))
    return best if set(best) & set(known) else None


def _entry(name: str, entry: object) -> QuestionEntry:
    if not isinstance(entry, dict):
        raise CatalogueError(f"question {name} is no table")
    for part in ("record", "kind", "example", "fr-CA"):
        if not isinstance(entry.get(part), str):
            raise CatalogueError(f"question {name} lacks {part}, a text")
    if entry["kind"] not in list(QuestionKind):
        raise CatalogueError(f"question {name}: its kind is not one of {', '.join(QuestionKind)}")
    return QuestionEntry(
        id=name,
        record=entry["record"],
        kind=QuestionKind(entry["kind"]),
        example=entry["example"],
        comparison=_known(name, entry.get("comparison", entry["kind"])),
        past=bool(entry.get("past", False)),
        texts={language: str(text) for language, text in entry.items() if "-" in language},
    )


def _known(name: str, comparison: object) -> str:
    if not isinstance(comparison, str) or comparison not in COMPARISONS:
        raise CatalogueError(f"question {name}: its comparison is not one of {', '.join(COMPARISONS)}")
    return comparison
