"""How attempts on a claimed file are counted: nobody guesses its proof, and no stranger closes it to its owner.

No answer reveals any of it: an exhausted file answers as a wrong proof does (rule 3).
"""

from dataclasses import dataclass, replace
from typing import Final

from sel_backend.core import Core
from sel_backend.services.caller import Caller
from sel_backend.services.idempotency import Context
from sel_backend.services.rate_limits import Counted, Counter, RateLimits, Scope, file_rule
from sel_contract import LinkMethod

REQUESTS: Final = "code_request"


@dataclass(frozen=True)
class FileAttempt:
    """An attempt on a file that was counted. Not `admitted`: even a right proof is refused."""

    counted: list[Counted]
    admitted: bool


class FileLimits:
    """Counts by account and network first, then by file, with a small share for whoever has not missed on it yet.

    One account, and one network, has no more attempts on a file than the file's own rule. The first attempt of an
    account from a network without attempts takes from a share apart (`*_newcomers`): strangers who used up the
    common one have not touched it, unless they have as many accounts on as many networks.
    """

    def __init__(self, core: Core, rate_limits: RateLimits) -> None:
        self._rate_limits = rate_limits
        self._settings = core.settings.limits

    def attempt(self, context: Context, caller: Caller, method: LinkMethod, subject: str) -> FileAttempt:
        """Count an attempt to prove a claimed file, existing or not.

        Args:
            context: the step's transaction, time and account; one that was counted already is only looked at.
            caller: the request's sender, whose network is counted too.
            method: how the file is proved.
            subject: names the file, as `Evidence.subject` does.
        """
        rule, common = file_rule(self._settings, method), self._rate_limits.file(method, subject)
        if method is LinkMethod.LINK_CODE:  # whoever knows a linking username has its owner's mail
            counted = self._count(context, common)
            return FileAttempt([counted], counted.standing.admitted)
        legacy = method is LinkMethod.LEGACY_ACCESS
        share = self._settings.legacy_file_newcomers if legacy else self._settings.questions_file_newcomers
        own, newcomer = self._own(context, caller, Counter(rule, f"{method.value}:by", common.key))
        if not all(one.standing.admitted for one in own):  # what is refused anyhow takes nothing from others
            return FileAttempt(own, admitted=False)
        if newcomer:
            own.append(self._count(context, Counter(share, f"{method.value}:newcomers", common.key)))
            if own[-1].standing.admitted:
                return FileAttempt(own, admitted=True)
        counted = self._count(context, common)
        return FileAttempt([*own, counted], counted.standing.admitted)

    def request(self, context: Context, caller: Caller, subject: str) -> FileAttempt:
        """Count a request for the linking coordinates of a claimed file; the arguments are those of `attempt`.

        Mails are a minute apart for everybody. Beyond the file's hour and day a newcomer still gets one. A request that
        is not granted keeps nobody waiting: whoever asks each minute would keep everybody else from theirs.
        """
        limits, key = self._settings, self._rate_limits.subject(subject)
        spacing = Counter(limits.code_request_spacing, Scope.CODE_REQUEST_SPACING, key)
        if not self._free(context, spacing):  # a request that comes too soon makes nobody less new
            return FileAttempt([], admitted=False)
        file = (
            Counter(limits.code_request_hour, Scope.CODE_REQUEST_HOUR, key),
            Counter(limits.code_request_day, Scope.CODE_REQUEST_DAY, key),
        )
        counted = self._rate_limits.spaced(context.tx, file, context.now, again=context.counted)
        own, newcomer = self._own(context, caller, Counter(limits.code_request_day, f"{REQUESTS}:by", key))
        if newcomer and not counted[-1].standing.admitted:
            share = Counter(limits.code_request_newcomers, f"{REQUESTS}:newcomers", key)
            counted.append(self._count(context, share))
        counted = [*own, *counted]
        if not counted[-1].standing.admitted:
            return FileAttempt(counted, admitted=False)
        last = self._count(context, spacing)
        if not last.standing.admitted:  # another one was granted at the same moment
            self._rate_limits.give_back(context.tx, counted)
            return FileAttempt([], admitted=False)
        return FileAttempt([*counted, last], admitted=True)

    def _free(self, context: Context, spacing: Counter) -> bool:
        """Tell whether no mail has gone out within the minute, but for that of this request before its process died."""
        standing = self._rate_limits.look(context.tx, spacing, context.now)
        return standing.admitted or (context.counted and standing.tries <= spacing.rule.tries)

    def _count(self, context: Context, counter: Counter) -> Counted:
        return self._rate_limits.count(context.tx, counter, context.now, again=context.counted)

    def _own(self, context: Context, caller: Caller, counter: Counter) -> tuple[list[Counted], bool]:
        """Count the account and the network on this file; return both, and whether neither was counted before.

        An IPv6 network is the whole /48: one person's 65,536 networks would each be a newcomer.
        """
        who = [context.account_id, *([] if caller.trusted_network else [caller.site])]
        counted = [self._count(context, replace(counter, of=self._rate_limits.pseudonym(one))) for one in who]
        return counted, all(one.standing.tries == 1 for one in counted)
