"""What the tester does in the demonstration by hand, so that generated requests find something: a session, mails."""

from __future__ import annotations

import http.client
import json
import re
import uuid
from typing import Any
from urllib.parse import urlsplit

PASSWORD = "Chantier-2026!"
LOGGED_IN = "comptable@exemple.test"


class Somebody:
    """A person of the demonstration at a running server."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port or 0)
        self._shared = ""
        self._desk = ""
        self._linked: list[str] = []

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """Send one request and return its body."""
        headers = {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection = http.client.HTTPConnection(*self._address, timeout=30)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            written = connection.getresponse().read()
            return json.loads(written) if written else None
        finally:
            connection.close()

    def session(self) -> str:
        """Return the token of a new session."""
        token: str = self.ask("POST", "/v1/sessions", {"email": LOGGED_IN, "password": PASSWORD})["token"]
        return token

    def shared(self) -> str:
        """Return the token of a session that lives."""
        if not self._shared or "account" not in self.ask("GET", "/v1/sessions/current", token=self._shared):
            self._shared = self.session()
        return self._shared

    def desk_session(self, name: str = "superviseure") -> str:
        """Return the token of a new session at the desk."""
        body = {"email": f"{name}@exemple.test", "password": PASSWORD}
        token: str = self.ask("POST", "/v1/desk/sessions", body)["token"]
        return token

    def desk(self) -> str:
        """Return the token of a session at the desk that lives."""
        if not self._desk or "agent" not in self.ask("GET", "/v1/desk/sessions/current", token=self._desk):
            self._desk = self.desk_session()
        return self._desk

    def case(self) -> str:
        """Return a case that the shared session of the desk has looked up."""
        lookup = {"by": "file", "identifier": "er123456", "reason": "follow_up"}
        found: dict[str, str] = self.ask("POST", "/v1/desk/lookups", lookup, token=self.desk())
        return found["id"]

    def checks(self) -> list[str]:
        """Return the whole checklist."""
        checklist = self.ask("GET", "/v1/desk/sessions/current", token=self.desk())["checklist"]
        return [line["id"] for line in checklist]

    def correction(self) -> str:
        """Return a correction that somebody else has asked for and that waits."""
        second = self.desk_session("superviseur")
        lookup = {"by": "file", "identifier": "er000021", "reason": "follow_up"}
        case = self.ask("POST", "/v1/desk/lookups", lookup, token=second)["id"]
        act = {"act": "correct_address", "email": "a@b.test", "checks": self.checks()}
        self.ask("POST", f"/v1/desk/cases/{case}/acts", act, token=second)
        waiting: list[dict[str, str]] = self.ask("GET", "/v1/desk/corrections", token=second)["corrections"]
        return waiting[0]["id"] if waiting else "none"

    def link(self) -> str:
        """Return one of the account's links, now this one, now another."""
        if not self._linked:
            self._linked = [one["id"] for one in self.ask("GET", "/v1/links", token=self.shared())["links"]]
        return self._linked.pop()

    def receipt(self) -> str:
        """Return the check code of a genuine receipt."""
        found: dict[str, str] = self.ask("GET", f"/v1/links/{self.link()}/receipt", token=self.shared())
        return found.get("check_code", "")

    def handoff(self) -> str:
        """Return the code of a hand-off that waits for it."""
        begun = {"step": "methods", "drafts": {}}
        found: dict[str, str] = self.ask("POST", "/v1/handoffs", begun, token=self.shared())
        return found.get("code", "")

    def code_mailed(self, kind: str, to: str) -> str:
        """Return the newest six digits mailed to an address."""
        mails = [mail for mail in self.ask("GET", "/demo/mailbox")["mails"] if mail["to"] == to]
        found = [re.search(r"(?<!\d)\d{6}(?!\d)", mail["text"]) for mail in mails]
        return next((match[0] for match in found if match), kind and "000000")

    def registration(self) -> dict[str, str]:
        """Ask for an account and return what confirms it."""
        email = f"{uuid.uuid4().hex[:12]}@exemple.test"
        told = {"email": email, "password": PASSWORD, "first_name": "A", "last_name": "B", "language": "fr-CA"}
        started = self.ask("POST", "/v1/accounts", told | {"terms_version": self.terms()})
        return {"registration_id": started["id"], "code": self.code_mailed("account", email)}

    def terms(self) -> str:
        """Return the version of the conditions of use."""
        version: str = self.ask("GET", "/v1/terms")["version"]
        return version

    def reset(self) -> tuple[str, dict[str, str]]:
        """Ask for a new password and return the reset with what completes it."""
        email = "association@exemple.test"
        started = self.ask("POST", "/v1/password-resets", {"email": email})
        assert "id" in started, started
        return started["id"], {"code": self.code_mailed("password", email), "new_password": PASSWORD}
