"""The keys do what the key bar says, the same on every screen."""

from __future__ import annotations

import pytest

from sel_tui.journey.core.drafts import chosen_category
from sel_tui.journey.registry import Overlay
from sel_tui.journey.steps.linking import Linking
from tests.scenarios import build, models, records
from tests.scenarios.walk import Walk
from tests.screens.stage import stage


@pytest.mark.parametrize(
    ("key", "overlay"), [("f1", Overlay.HELP), ("f3", Overlay.CONTACT), ("f9", Overlay.DEMO), ("f10", Overlay.LEAVE)]
)
@pytest.mark.parametrize("name", ["login", "methods", "legacy_access", "linked", "profiles", "client_file"])
async def test_a_function_key_opens_and_the_same_key_or_escape_closes(name: str, key: str, overlay: Overlay) -> None:
    async with stage(build(name)) as played:
        before = (played.state.step, played.focus)
        assert key.upper() in played.text
        await played.press(key)
        assert played.state.overlay == overlay.value
        await played.press(key)
        assert not played.state.overlay
        await played.press(key, "escape")
        assert not played.state.overlay
        assert (played.state.step, played.focus) == before


async def test_escape_closes_only_what_lies_on_top() -> None:
    async with stage(build("methods")) as played:
        before = played.focus
        await played.press("f9", "f1", "escape")
        assert played.state.overlay == Overlay.DEMO.value
        assert "SIMULATION" in played.text
        await played.press("escape")
        assert not played.state.overlay
        assert played.focus == before


@pytest.mark.parametrize(("digit", "step"), [("1", "legacy_access"), ("2", "questions_file"), ("3", "link_code")])
async def test_a_digit_chooses_a_method(digit: str, step: str) -> None:
    async with stage(build("methods")) as played:
        await played.press(digit)
        assert played.state.step == step
        await played.press("escape")
        assert played.state.step == "methods"


@pytest.mark.parametrize(
    ("name", "key", "step"),
    [
        ("legacy_access", "f6", "questions_file"),
        ("legacy_access", "f7", "link_code"),
        ("link_code", "f5", "legacy_access"),
        ("not_recognized", "f7", "link_code"),
        ("questions_review", "f5", "legacy_access"),
    ],
)
async def test_the_other_methods_are_one_key_away_even_from_a_field(name: str, key: str, step: str) -> None:
    async with stage(build(name)) as played:
        await played.press(key)
        assert played.state.step == step


async def test_enter_in_a_field_goes_to_the_next_and_from_the_last_one_sends() -> None:
    async with stage(build("legacy_access")) as played:
        await played.type("er123456⏎")
        assert played.focus == "old_password"
        assert not played.client.calls
        await played.type("Toiture-99!⏎")
        assert played.client.last.name == "links.by_legacy_access"


async def test_nothing_is_sent_by_reaching_the_last_field_or_its_last_character() -> None:
    async with stage(build("link_code")) as played:
        await played.type("L-482913⇥7K3M9-QTDHX⇥")
        assert not played.client.calls


async def test_a_number_alone_asks_whose_it_is_and_the_arrows_and_digits_choose() -> None:
    async with stage(build("legacy_access_whose")) as played:
        assert played.focus == "category"
        await played.press("down", "enter")
        assert chosen_category(played.state, Linking) == "employer"
        assert "er1234567" in played.text
        assert "choisi" in played.text


async def test_f12_opens_the_next_file_to_verify() -> None:
    async with stage(build("profiles")) as played:
        await played.press("f12")
        assert played.client.last.name == "sessions.select"
        assert played.client.last.given == (records.LINK.id,)


async def test_f12_opens_the_file_that_was_just_linked_and_leads_back_to_the_list() -> None:
    async with stage(build("linked")) as played:
        assert "F12 Vérifier ce dossier" in played.text
        await played.press("f12")
        assert played.client.last.name == "sessions.select"
        opened = Walk(played.state).gets(records.DETAIL)
        assert opened.state.step == "client_file"
        await played.becomes(opened.does("accurate").gets(records.ACCURATE).state)
        assert played.state.step == "profiles"
        assert "est vérifié" in played.text
        assert "Tous vos dossiers" not in played.text  # the list is not known yet


async def test_ctrl_c_and_ctrl_q_ask_before_leaving() -> None:
    for key in ("ctrl+c", "ctrl+q"):
        async with stage(build("login")) as played:
            await played.press(key)
            assert played.state.overlay is Overlay.LEAVE
            assert not played.state.quit


async def test_leaving_is_done_from_its_dialog_and_logging_out_leaves_nothing() -> None:
    async with stage(build("leave_logged_in")) as played:
        await played.press("tab", "enter")
        assert played.client.last.name == "sessions.close"
        await played.answers()
        assert played.state.step == "login"
        assert "Maïka" not in played.text
        assert played.typed == {"email": "", "password": ""}


async def test_there_is_no_command_palette_and_no_way_out_by_textual_s_own_keys() -> None:
    async with stage(build("methods")) as played:
        for key in ("ctrl+p", "ctrl+backslash", "ctrl+z", "ctrl+s", "f8", "f11", "ctrl+d"):
            await played.press(key)
        assert played.state.step == "methods"
        assert played.state.overlay is None
        assert type(played.app.screen).__name__ == "StepScreen"


async def test_the_search_keeps_what_matches_without_accents_and_enter_goes_to_the_first() -> None:
    async with stage(build("profiles_many")) as played:
        await played.type("GASPE elec")
        rows = [view.item.id for view in played.screen.views if view.item.id.startswith("profile.")]
        assert rows == ["profile.link-er000312"]
        await played.press("enter")
        assert played.focus == rows[0]
        await played.press("enter")
        assert played.client.last.given == ("link-er000312",)


async def test_what_can_be_done_stands_before_a_long_list_which_begins_with_its_search() -> None:
    async with stage(build("profiles_many"), (80, 24)) as played:
        assert played.focus == "search"
        for label in ("Vérifier le suivant", "Lier un profil", "Historique du compte", "Se déconnecter", "er000301"):
            assert label in played.text.replace("\u00a0", " ")
        await played.press("shift+tab")
        assert played.focus == "log_out"


async def test_home_end_digits_letters_and_the_slash_work_on_the_rows_of_a_list() -> None:
    async with stage(build("profiles_many")) as played:
        await played.press("tab")
        first, *_, last = [view.item.id for view in played.screen.views if view.item.id.startswith("profile.")]
        assert played.focus == first
        await played.press("end")
        assert played.focus == last
        await played.press("home")
        assert played.focus == first
        await played.press("/")
        assert (played.focus, played.typed["search"]) == ("search", "")
        await played.press("enter")
        await played.type("gaspe")
        assert (played.focus, played.typed["search"]) == ("search", "gaspe")
        assert not played.client.calls
    async with stage(build("profiles")) as played:
        await played.press("2")
        assert played.client.last.given == (records.EMPLOYER.id,)


async def test_after_one_of_many_files_the_confirmation_and_the_way_to_the_next_are_in_sight() -> None:
    last = records.many_links().links[-1]
    walk = Walk(build("profiles_many")).does("open_profile", last.id)
    walk = walk.gets(records.EMPLOYER_DETAIL.model_copy(update={"link": last}))
    walk = walk.does("accurate").gets(records.ACCURATE)
    async with stage(walk.state, (80, 24)) as played:
        assert played.focus == "search"
        assert "est vérifié" in played.text
        assert "F12 Vérifier le suivant" in played.text
        await played.press("f12")
        assert played.client.last.name == "sessions.select"


async def test_a_mail_longer_than_the_screen_can_be_read_to_its_end() -> None:
    async with stage(build("demo"), (60, 16)) as played:
        seen = played.text
        for _ in range(40):
            await played.press("down")
            seen += played.text
        assert "Linking code: 7K3M9-QTDHX" in seen.replace("\u00a0", " ")
        assert "Fermer" in seen


async def test_f2_asks_for_the_questions_in_the_other_language_and_keeps_the_answer() -> None:
    async with stage(build("question")) as played:
        await played.type("17 avril 1988")
        await played.press("f2")
        assert played.client.last.name == "links.questions"
        await played.answers(models.challenge("en"))
        assert "What is your date of birth?" in played.text
        assert "17 avril 1988" in played.text


async def test_enter_before_a_choice_goes_to_the_choice_and_sends_nothing() -> None:
    whole = Walk(build("legacy_access_number_chosen")).types(old_password="x").state
    asked = Walk(build("link_code_request")).types(identifier="1234567").whose("worker").state
    for state, fields in ((whole, 2), (asked, 1)):  # nothing lacks: sent, it would bind
        async with stage(state) as played:
            await played.press("up", "up", "up")
            assert played.focus == "identifier"
            await played.press(*["enter"] * fields)
            assert played.focus == "category"
            assert not played.client.calls


@pytest.mark.parametrize("name", ["login_wrong", "login_too_many"])
async def test_on_a_short_screen_what_went_wrong_is_read_before_the_field_to_correct(name: str) -> None:
    for size, read in (((80, 17), "notice"), ((40, 12), "notice"), ((80, 18), "password")):
        async with stage(build(name), size) as played:
            assert (played.focus, played.screen.page.focus) == (read, "password"), size
            await played.type("x")  # whoever types means the field, wherever they read
            assert (played.focus, played.typed["password"]) == ("password", "x"), size
