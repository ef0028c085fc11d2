"""No answer of the desk holds a secret, an answer, a code, a hash or a whole address: every route, with canaries."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx

from sel_backend.api.routes import desk
from sel_backend.demo.files import DEMO_FILES
from sel_backend.storage.operator_tables import audit
from sel_backend.storage.tables import accounts, facts, files, link_codes, outbox, sessions
from sel_contract.rules.codes import find_coordinates
from tests.backend.desk import CHECKS, act, again, bounce, case, enter, look
from tests.backend.test_frozen_links import code_at
from tests.backend.test_profiles import linked
from tests.backend.world import PASSWORD, Person, World, wrong

ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+\.[a-z]+")
NOTE = "Joignez rejean@exemple.test ou <autre.adresse@ailleurs.test>."
NEW = "nouveau@toitures.exemple.test"
HASHED = "$argon2id$"


class Overheard:
    """Every answer of the desk that anybody got, by route."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, str, httpx.Response]] = []

    def follow(self, person: Person) -> Person:
        async def keep(answer: httpx.Response) -> None:
            await answer.aread()
            if answer.request.url.path.startswith("/v1/desk"):
                self.answers.append((answer.request.method, answer.request.url.path, answer))

        person.http.event_hooks = {"response": [keep]}
        return person

    def routes(self) -> set[str]:
        """Return which of the desk's operations were answered with success."""
        known = {(next(iter(one.methods)), one.path_regex): one.path for one in desk.router.routes}  # type: ignore[attr-defined]
        return {
            f"{method} {path}"
            for method, asked, answer in self.answers
            for (verb, pattern), path in known.items()
            if answer.is_success and verb == method and pattern.match(asked.removeprefix("/v1"))
        }


async def busy(world: World) -> str:
    """Let people try, link, report, disown and ask for mails; return a refusal's reference."""
    person = await world.person("nouvelle")
    refused = await person.legacy("maika.cote@exemple.test", "Canari-0000!")
    await person.post("/v1/link-code-requests", {"identifier": "maika.cote@exemple.test"})
    challenge = await person.questions("er000021")
    await person.answer(challenge, wrong(challenge))
    link = await linked(person, "er123456", "Toiture-99!")
    await person.put(f"/v1/links/{link['id']}/verification", {"outcome": "error", "note": NOTE})
    await world.somebody().post("/v1/disavowals", {"token": await code_at(person, "bureau@toitures.exemple.test")})
    bounce(world, "maika.cote@exemple.test", "5.1.1 maika.cote@exemple.test unknown (550)")
    reference: str = refused.json()["reference"]
    return reference


async def at_work(world: World, heard: Overheard, reference: str) -> None:
    """Go through everything that the desk answers."""
    supervisor = heard.follow(await enter(world, "superviseure"))
    second = heard.follow(await enter(world, "superviseur"))
    opened = await second.ask("POST", "/v1/desk/sessions", {"email": "agent@exemple.test", "password": PASSWORD})
    assert opened.status_code == 201
    for method in ("GET", "PUT"):
        await supervisor.ask(method, "/v1/desk/sessions/current")
    shown = await case(supervisor, reference=reference)
    await look(supervisor, email="nouvelle@exemple.test")
    firm = await case(supervisor, identifier="er123456")
    (report,), (link,) = firm["reports"], firm["links"]
    await act(supervisor, shown, "send_coordinates")
    await act(supervisor, shown, "open_method", method="legacy_access")
    await act(supervisor, shown, "end_sessions")
    await act(supervisor, firm, "take_report", reference=report["reference"])
    await act(supervisor, firm, "answer_report", reference=report["reference"], text=f"Écrivez à {NEW}.")
    await act(supervisor, firm, "free_link", link_id=link["id"])
    waits = await act(supervisor, firm, "correct_address", email=NEW)
    await act(supervisor, {"id": "x"}, "send_coordinates", checks=[*CHECKS, "maika"])
    await again(supervisor, firm)
    for queue in ("reports", "mails", "frozen"):
        await supervisor.ask("POST", f"/v1/desk/queues/{queue}", {"text": "e"})
        taken = (await supervisor.post(f"/v1/desk/queues/{queue}/next", {})).json()
        if "case_id" in taken:
            await again(supervisor, {"id": taken["case_id"]})
    await supervisor.delete(f"/v1/desk/cases/{shown['id']}/hold")
    await second.get("/v1/desk/corrections")
    path = f"/v1/desk/corrections/{waits.json()['correction']}/decision"
    await second.post(path, {"confirm": True, "email": "faux@exemple.test"})
    await second.post(path, {"confirm": True, "email": NEW})
    await again(supervisor, firm)
    await supervisor.get("/v1/desk/figures")
    body = {"password": PASSWORD, "new_password": "Un-bureau-du-soir-9!"}
    assert (await supervisor.ask("POST", "/v1/desk/sessions/current/password", body)).status_code == 201
    await second.delete("/v1/desk/sessions/current")


def canaries(world: World, mails: list[dict[str, Any]]) -> set[str]:
    """Return every secret that there is: passwords, answers, codes, hashes, whole addresses."""
    found = {PASSWORD, "Canari-0000!", "Un-bureau-du-soir-9!", NEW, "ailleurs.test", HASHED}
    for record in DEMO_FILES:
        found |= {record.old_password, *(answer for answer in record.answers.values() if len(answer) > 4)}
        found |= {text for one in record.coordinates for text in (one.username, one.code)}
    for mail in mails:
        found.add(mail["to"])
        found |= set(find_coordinates(mail["text"]) or ())
        found |= set(re.findall(r"^ {4}([0-9A-Z-]{6,})$", mail["text"], re.MULTILINE))
    for table, columns in (
        (accounts, ("email", "password_hash")),
        (files, ("email", "legacy_hash")),
        (facts, ("digest", "answer_hash")),
        (link_codes, ("code_hash", "username")),
        (outbox, ("recipient",)),
        (sessions, ("token_hash",)),
    ):
        found |= {getattr(row, name) for row in world.rows(table) for name in columns}
    return {canary for canary in found if canary}


async def test_no_answer_of_any_route_holds_a_canary_or_a_whole_address(world: World) -> None:
    heard = Overheard()
    reference = await busy(world)
    await at_work(world, heard, reference)
    assert heard.routes() == {f"{next(iter(one.methods))} {one.path}" for one in desk.router.routes}  # type: ignore[attr-defined]
    forbidden = canaries(world, await world.somebody().mails())
    assert len(forbidden) > 300
    for method, path, answer in heard.answers:
        said = answer.text
        assert not ADDRESS.findall(said), (method, path)
        # An invented trade or year may be a word of the checklist: what identifies nobody else is looked for whole.
        values = {str(value) for value in _values(json.loads(said or "null"))}
        assert not values & forbidden, (method, path)
        assert not [canary for canary in forbidden if len(canary) > 9 and canary in said], (method, path)
        assert ("token" in said) == (path.endswith(("/sessions", "/password")) and answer.is_success), (method, path)


async def test_the_audit_of_the_desk_names_nobody(world: World) -> None:
    reference = await busy(world)
    await at_work(world, Overheard(), reference)
    lines = [str(tuple(row)) for row in world.rows(audit, audit.c.action.startswith("desk_"))]
    assert len(lines) > 15
    assert not [line for line in lines if ADDRESS.search(line) or "Maïka" in line or "er123456" in line]


def _values(found: Any) -> list[Any]:
    if isinstance(found, dict):
        return [one for value in found.values() for one in _values(value)]
    if isinstance(found, list):
        return [one for value in found for one in _values(value)]
    return [found]
