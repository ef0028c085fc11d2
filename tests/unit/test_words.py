"""Hours, dates, durations and plurals as each language says them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from sel_tui.i18n import Words
from sel_tui.journey.core.messages import msg, personal, published

MONTREAL = timezone(timedelta(hours=-5))
FRENCH, ENGLISH = Words("fr", MONTREAL), Words("en", MONTREAL)


def spaces(text: str) -> str:
    """Return `text` with its U+00A0 made visible."""
    return text.replace("\u00a0", "_")


@pytest.mark.parametrize(
    ("utc", "french", "english"),
    [
        ((13, 30), "8_h_30", "8:30_a.m."),
        ((5, 5), "0_h_05", "12:05_a.m."),
        ((17, 0), "midi", "noon"),
        ((5, 0), "minuit", "midnight"),
        ((15, 0), "10_h", "10_a.m."),
    ],
)
def test_an_hour_is_said_in_the_zone_and_the_manner_of_the_person(
    utc: tuple[int, int], french: str, english: str
) -> None:
    moment = datetime(2026, 3, 2, *utc, tzinfo=UTC)

    assert spaces(FRENCH.hour(moment)) == french
    assert spaces(ENGLISH.hour(moment)).rstrip(".") == english.rstrip(".")


def test_a_date_is_said_in_words() -> None:
    assert spaces(FRENCH.date(date(1990, 5, 1))) == "1er_mai_1990"
    assert spaces(FRENCH.date(date(1988, 4, 17))) == "17_avril_1988"
    assert spaces(ENGLISH.date(date(1990, 5, 1))) == "May_1, 1990"
    assert spaces(FRENCH.say(personal(date(1988, 4, 17)))) == "17_avril_1988"


def test_a_date_and_its_hour_are_those_of_the_same_zone() -> None:
    late = datetime(2026, 3, 2, 3, 15, tzinfo=UTC)

    assert spaces(FRENCH.say(personal(late))) == "1er_mars_2026, 22_h_15"


@pytest.mark.parametrize(
    ("seconds", "french", "english"),
    [
        (1, "1 seconde", "1 second"),
        (45, "45 secondes", "45 seconds"),
        (60, "1 minute", "1 minute"),
        (150, "2 minutes", "2 minutes"),
        (3_600, "1 heure", "1 hour"),
        (7_200, "2 heures", "2 hours"),
    ],
)
def test_a_duration_is_said_in_its_largest_unit(seconds: int, french: str, english: str) -> None:
    assert FRENCH.say(msg("duration", seconds=seconds)).replace("\u00a0", " ") == french
    assert ENGLISH.say(msg("duration", seconds=seconds)).replace("\u00a0", " ") == english


def test_zero_is_singular_in_french_and_plural_in_english() -> None:
    def mails(words: Words, count: int) -> str:
        return words.say(msg("demo.mails", count=count))

    assert mails(FRENCH, 0).endswith("message")
    assert mails(FRENCH, 1).endswith("message")
    assert mails(FRENCH, 2).endswith("messages")
    assert not mails(ENGLISH, 1).endswith("s")
    assert mails(ENGLISH, 0).endswith("s")
    assert mails(ENGLISH, 2).endswith("s")


def test_a_text_of_the_server_is_said_in_the_persons_language_or_in_the_one_there_is() -> None:
    both = published({"fr-CA": "bonjour", "en-CA": "hello"})

    assert (FRENCH.say(both), ENGLISH.say(both)) == ("bonjour", "hello")
    assert ENGLISH.say(published({"fr-CA": "bonjour"})) == "bonjour"
    assert ENGLISH.say(published({})) == ""


@pytest.mark.parametrize("typed", ["{count}", "{0}", "{", "}}", "%s", "[/]"])
def test_what_a_person_typed_is_shown_as_it_is(typed: str) -> None:
    assert FRENCH.say(personal(typed)) == typed
    assert typed in FRENCH.say(msg("linked.done", name=personal(typed)))


def test_messages_within_messages_are_said_first() -> None:
    said = FRENCH.say(msg("error.at_field", problem=msg("field.required")))

    assert said.startswith("Erreur\u00a0: ")
    assert FRENCH.key("field.required") in said
