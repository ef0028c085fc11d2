"""Rate limits: which counters an attempt touches: account, network and claimed file, per method (rules 1 to 3)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Final

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.observability.metrics import count_try
from sel_backend.security.networks import NETWORKS_OF_A_SITE
from sel_backend.services.caller import Caller
from sel_backend.services.problems import ProblemError
from sel_backend.settings import LimitSettings, Rule
from sel_backend.storage import audit, limits
from sel_backend.storage.limits import Standing
from sel_contract import LinkMethod, ProblemType


class Scope(StrEnum):
    """What a counter counts."""

    LOGIN = "login"
    LOGIN_NETWORK = "login_network"
    LOGIN_SITE = "login_site"
    LOGIN_EVERYWHERE = "login_everywhere"
    LOGIN_DEVICE = "login_device"
    LOGIN_RIGHT = "login_right"
    LOGIN_NOTICE = "login_notice"
    STEP_UP = "step_up"
    METHOD_RIGHT = "method_right"
    METHOD_NETWORK = "method_network"
    ASKING_NETWORK = "asking_network"
    HEARTBEAT_NETWORK = "heartbeat_network"
    UNLINK_FILE = "unlink_file"
    UNLINK_ACCOUNT = "unlink_account"
    HELD_NOTICE = "held_notice"
    NEW_NETWORK_NOTICE = "new_network_notice"
    VERIFICATION = "verification"
    HANDOFF_ACCOUNT = "handoff_account"
    DESK_LOOKS = "desk_looks"
    CHALLENGES_ACCOUNT = "challenges_account"
    CODE_REQUESTS_ACCOUNT = "code_requests_account"
    CODE_REQUEST_SPACING = "code_request_spacing"
    CODE_REQUEST_HOUR = "code_request_hour"
    CODE_REQUEST_DAY = "code_request_day"
    SINGLE_USE_SPACING = "single_use_spacing"
    SINGLE_USE_HOUR = "single_use_hour"
    SINGLE_USE_DAY = "single_use_day"
    SINGLE_USE_ADDRESS = "single_use_address"
    SINGLE_USE_NETWORK = "single_use_network"


PSEUDONYM: Final = 16
"""So many digits of a counter's key stand for its subject in the audit."""


@dataclass(frozen=True)
class Counter:
    """One counter: a rule, a scope and the digest of whom or what it counts.

    Attributes:
        rule: how many, and how long.
        scope: what is counted; metrics and the audit name it.
        key: the digest of whom or what it counts.
        of: the pseudonym of who is counted on that key, where each has a counter of their own.
    """

    rule: Rule
    scope: str
    key: str
    of: str = ""

    @property
    def stored_scope(self) -> str:
        """The scope in the database, where all counters of one file have its key."""
        return f"{self.scope}:{self.of}" if self.of else self.scope


_SITES: Final = {Scope.LOGIN_NETWORK: Scope.LOGIN_SITE}
"""Where the counter of a /48 has a scope of its own; elsewhere its key alone tells it from a network's."""


@dataclass(frozen=True)
class Counted:
    """A counter after an attempt was counted."""

    counter: Counter
    standing: Standing


def account_rule(settings: LimitSettings, method: LinkMethod) -> Rule:
    """Return the limit of a method per account."""
    match method:
        case LinkMethod.LEGACY_ACCESS:
            return settings.legacy_account
        case LinkMethod.QUESTIONS:
            return settings.questions_account
        case LinkMethod.LINK_CODE:
            return settings.code_account


def file_rule(settings: LimitSettings, method: LinkMethod) -> Rule:
    """Return the limit of a method per claimed file; method 3: per linking username, which lives with its code."""
    match method:
        case LinkMethod.LEGACY_ACCESS:
            return settings.legacy_file
        case LinkMethod.QUESTIONS:
            return settings.questions_file
        case LinkMethod.LINK_CODE:
            return settings.code


@cache
def _of_site(rule: Rule) -> Rule:
    return rule.model_copy(update={"tries": rule.tries * NETWORKS_OF_A_SITE})


class RateLimits:
    """Counts attempts and gives them back."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._settings = core.settings.limits

    def subject(self, text: str) -> str:
        """Return the keyed digest that stands for a person, file or network in a counter."""
        return self._core.keys.digest("limits", text)

    def account(self, method: LinkMethod, account_id: str) -> Counter:
        """Return the counter of a method for an account."""
        rule = account_rule(self._settings, method)
        return Counter(rule, f"{method.value}:account", self.subject(account_id))

    def asking(self, rule: Rule, scope: Scope, account_id: str) -> Counter:
        """Return the counter of what an account asks for without proving anything."""
        return Counter(rule, scope, self.subject(account_id))

    def right(self, account_id: str) -> Counter:
        """Return the counter of an account's right proofs, which cost it no attempt."""
        return Counter(self._settings.method_right, Scope.METHOD_RIGHT, self.subject(account_id))

    def file(self, method: LinkMethod, subject: str) -> Counter:
        """Return the counter of a method for a claimed file, existing or not."""
        return Counter(file_rule(self._settings, method), f"{method.value}:file", self.subject(subject))

    def network(self, rule: Rule, scope: Scope, caller: Caller) -> list[Counter]:
        """Return the counters of a network and of the /48 around it, or none where the network is trusted."""
        if caller.trusted_network:
            return []
        here = Counter(rule, scope, self.subject(caller.network))
        if caller.site == caller.network:
            return [here]
        around = self._settings.login_site if scope is Scope.LOGIN_NETWORK else _of_site(rule)
        return [here, Counter(around, _SITES.get(scope, scope), self.subject(caller.site))]

    def pseudonym(self, text: str) -> str:
        """Return what stands for a person, file or network in the audit."""
        return self.subject(text)[:PSEUDONYM]

    def count(self, tx: Connection, counter: Counter, now: datetime, *, again: bool = False) -> Counted:
        """Count one attempt. `again`: this request was counted already, before its process died; it only looks."""
        if not again:
            counted = Counted(counter, limits.count(tx, counter.rule, counter.stored_scope, counter.key, now))
            used_up = counted.standing.tries == counter.rule.tries
            count_try(counter.scope, admitted=counted.standing.admitted, used_up=used_up)
            # A counter of one is a distance between two requests, which everybody meets.
            if used_up and counter.rule.tries > 1:
                who = counter.of or counter.key[:PSEUDONYM]
                audit.record(tx, now, audit.ACCOUNT, "limit_reached", outcome=counter.scope, detail=who)
            return counted
        standing = self.look(tx, counter, now)
        return Counted(counter, replace(standing, admitted=standing.tries <= counter.rule.tries))

    def look(self, tx: Connection, counter: Counter, now: datetime) -> Standing:
        """Return where a counter stands."""
        return limits.look(tx, counter.rule, counter.stored_scope, counter.key, now)

    def give_back(self, tx: Connection, counted: Iterable[Counted]) -> None:
        """Give back what was counted."""
        windows = [(one.counter, one.standing.window_ends_at) for one in counted]
        limits.give_back(tx, [(of.rule, of.stored_scope, of.key, ends_at) for of, ends_at in windows])

    def spaced(
        self, tx: Connection, counters: Iterable[Counter], now: datetime, *, again: bool = False
    ) -> list[Counted]:
        """Count on each counter up to the first that refuses, so that a refused attempt spares the later ones."""
        counted: list[Counted] = []
        for counter in counters:
            counted.append(self.count(tx, counter, now, again=again))
            if not counted[-1].standing.admitted:
                break
        return counted

    def admit(
        self, tx: Connection, counters: Iterable[Counter], now: datetime, *, again: bool = False
    ) -> list[Counted]:
        """Count one attempt on each counter.

        Raises:
            ProblemError: `too-many-requests`; the caller's transaction is rolled back, so nothing was counted.
        """
        counted = [self.count(tx, counter, now, again=again) for counter in counters]
        full = [
            one.standing.locked_until or one.standing.window_ends_at for one in counted if not one.standing.admitted
        ]
        if full:
            raise ProblemError(ProblemType.TOO_MANY_REQUESTS, retry_at=max(full))
        return counted
