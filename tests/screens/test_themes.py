"""F8 changes the colours in place: nothing typed, focused or said changes with them."""

from __future__ import annotations

from sel_tui.voice import Voice
from sel_tui.widgets.themes import MONO, THEMES
from tests.scenarios import build
from tests.screens.stage import Stage, stage
from tests.voice.listening import Alarms, Listener


def painted(played: Stage) -> list[str]:
    """What the terminal shows, with its colours, but for the status line."""
    strips = played.app.screen._compositor.render_strips()
    return [str([(part.text, part.style) for part in strip]) for strip in strips if "Couleurs" not in strip.text]


async def test_f8_goes_through_every_theme_and_comes_back() -> None:
    async with stage(build("login")) as played:
        seen = [played.app.theme]
        for _ in THEMES:
            await played.press("f8")
            seen.append(played.app.theme)

        assert set(seen) == {theme.name for theme in THEMES if theme is not MONO}
        assert seen[0] == seen[-2]


async def test_every_press_of_f8_changes_what_is_seen_and_names_the_colours_in_text_and_aloud() -> None:
    heard = Listener()
    async with stage(build("login"), colour="sel-mono") as played:
        played.app.voice = Voice(heard, Alarms(), on=True)
        played.app.show_to_voice(played.screen)
        await played.press("f8")
        looks = []
        for name in ("claires", "très contrastées", "celles du terminal", "sombres"):
            looks.append(painted(played))
            await played.press("f8")

            said = f"Couleurs : {name}."
            assert heard.last == said
            assert said[:-1] in played.text.replace("\u00a0", " ")
            assert painted(played) != looks[-1]
        assert looks[0] == painted(played)


async def test_other_colours_change_no_word_and_lose_nothing_typed() -> None:
    async with stage(build("login_typed")) as played:
        text, focus, typed = played.text, played.focus, played.typed
        for _ in THEMES:
            await played.press("f8")

            shown = "\n".join("" if "Couleurs" in row else row for row in played.text.split("\n"))
            assert (shown, played.focus, played.typed) == (text, focus, typed)
