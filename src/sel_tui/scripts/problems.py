"""Why a script got nothing: a type that stays the same, a sentence, and one exit code a meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sel_tui.journey.core.messages import Msg, msg
from sel_tui.terminal.endings import Exit

if TYPE_CHECKING:
    from collections.abc import Mapping

# The types of the contract and this client's own; what is not here is `UNAVAILABLE`.
EXITS: Final[Mapping[str, Exit]] = {
    "no-credentials": Exit.USAGE,
    "no-server": Exit.USAGE,
    **dict.fromkeys(("bad-input", "bad-reference", "validation", "malformed-request"), Exit.UNFINISHED),
    **dict.fromkeys(("challenge-expired", "idempotency-mismatch"), Exit.UNFINISHED),
    "not-found": Exit.NOT_FOUND,
    "not-recognized": Exit.NOT_RECOGNIZED,
    "crash": Exit.CRASH,
    **dict.fromkeys(("already-linked", "held-elsewhere", "link-frozen"), Exit.NOT_LINKED),
    **dict.fromkeys(("unknown-outcome", "idempotency-in-progress", "unavailable"), Exit.TRY_AGAIN),
    **dict.fromkeys(("too-many-requests", "login-guarded", "method-locked"), Exit.TRY_AGAIN),
    **dict.fromkeys(("invalid-credentials", "desk-session-incomplete"), Exit.REFUSED),
    "bad-settings": Exit.CONFIG,
}
TITLES: Final[Mapping[str, str]] = {
    "no-credentials": "script.no_credentials",
    "no-server": "fatal.no_server",
    "bad-input": "script.bad_input",
    "bad-reference": "script.bad_reference",
    **dict.fromkeys(("validation", "malformed-request"), "script.bad_value"),
    "challenge-expired": "notice.challenge_over",
    "idempotency-mismatch": "script.key_used",
    "idempotency-in-progress": "script.under_way",
    "not-found": "script.not_found",
    "not-recognized": "notice.not_recognized",
    "crash": "fatal.crash",
    "already-linked": "notice.already_linked",
    "held-elsewhere": "notice.held_elsewhere",
    "link-frozen": "notice.link_frozen",
    "unknown-outcome": "notice.unknown",
    "unavailable": "notice.unavailable",
    "too-many-requests": "notice.too_many",
    "login-guarded": "notice.login_guarded",
    "method-locked": "notice.method_waits",
    "method-off": "notice.method_off",
    "invalid-credentials": "notice.wrong_login",
    "desk-session-incomplete": "script.incomplete",
    "unreachable": "notice.unreachable",
    "untrusted": "notice.untrusted",
    "proxy-refused": "notice.proxy_refused",
    "too-old": "notice.too_old",
    "not-understood": "notice.not_understood",
}


class ScriptError(Exception):
    """A script gets no result.

    Args:
        kind: The type: a problem type of the contract, or one of this client's own.
        said: The sentence for people, where it is not its type's own.
        details: What else is known, by the names of `ErrorOutput`; nothing secret, and nothing that was typed.
    """

    def __init__(self, kind: str, said: Msg | None = None, **details: Any) -> None:
        super().__init__(kind)
        self.kind = kind
        self._said = said
        self.details = {name: value for name, value in details.items() if value is not None}

    @property
    def exit_code(self) -> Exit:
        """The exit code of its meaning."""
        return EXITS.get(self.kind, Exit.UNAVAILABLE)

    def title(self, named: Mapping[str, Msg]) -> Msg:
        """Return the sentence for people.

        Args:
            named: What a sentence may name.
        """
        return self._said or msg(TITLES.get(self.kind, "script.unavailable"), **named)
