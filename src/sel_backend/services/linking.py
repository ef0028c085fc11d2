"""Linking a file to the account (rules 1 to 7 of the contract)."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.security.tokens import new_reference
from sel_backend.services.answers import Answer, refused, success
from sel_backend.services.caller import Caller
from sel_backend.services.file_limits import FileLimits
from sel_backend.services.idempotency import Context, Guarded, Idempotency, Operation
from sel_backend.services.link_list import link_message
from sel_backend.services.methods import Methods
from sel_backend.services.notices import Notices
from sel_backend.services.problems import ProblemError
from sel_backend.services.proofs import Evidence, Proofs
from sel_backend.services.rate_limits import Counted, RateLimits, Scope
from sel_backend.services.security_events import SecurityEvents
from sel_backend.storage import accounts, links
from sel_backend.storage.files import FileRow
from sel_backend.storage.links import LinkRow
from sel_contract import (
    Category,
    EventKind,
    LegacyAccessProof,
    LinkCodeProof,
    LinkMethod,
    ProblemType,
    QuestionsProof,
)
from sel_contract.desk import RefusalReason

LinkProof = LegacyAccessProof | QuestionsProof | LinkCodeProof


@dataclass(frozen=True)
class CountedAttempt:
    """An attempt that was counted; its proof is not checked yet."""

    evidence: Evidence
    counted: list[Counted]
    account: Counted
    admitted: bool


class Linking:
    """Links files to accounts."""

    def __init__(
        self,
        core: Core,
        rate_limits: RateLimits,
        idempotency: Idempotency,
        proofs: Proofs,
        *,
        notices: Notices,
        methods: Methods,
        security: SecurityEvents,
    ) -> None:
        self._core = core
        self._rate_limits = rate_limits
        self._file_limits = FileLimits(core, rate_limits)
        self._methods = methods
        self._idempotency = idempotency
        self._proofs = proofs
        self._notices = notices
        self._security = security

    async def link(self, caller: Caller, proof: LinkProof) -> Answer:
        """Link the file that a proof claims, or answer with the problem that costs an attempt.

        Raises:
            ProblemError: what costs no attempt: no live session, `step-up-required`, `validation`, `method-locked` …;
                and `too-many-requests` after a right proof too many, which costs one.
        """
        proved: list[Evidence] = []

        def before(context: Context) -> CountedAttempt:
            if not self._methods.offered(proof.method):
                raise ProblemError(ProblemType.METHOD_OFF, method=proof.method, methods=self._methods.open(context))
            evidence = self._proofs.read(context.tx, context.account_id, proof, context.now)
            return self._count(context, caller, proof.method, evidence)

        async def check(attempt: CountedAttempt) -> bool:
            return attempt.evidence.verdict(await self._core.hasher.verify_all(attempt.evidence.pairs))

        def after(context: Context, attempt: CountedAttempt, right: bool) -> Answer:
            file = attempt.evidence.file
            if file and right and attempt.admitted and attempt.evidence.use(context.tx, context.now):
                self._rate_limits.admit(context.tx, [self._rate_limits.right(context.account_id)], context.now)
                self._rate_limits.give_back(context.tx, attempt.counted)
                proved[:] = [attempt.evidence]
                return self._proved(context, caller, proof.method, file)
            return self._not_recognized(context, caller, proof.method, attempt, right=right)

        def compensate(tx: Connection, attempt: CountedAttempt) -> None:
            self._rate_limits.give_back(tx, attempt.counted)

        steps = Guarded(before, check, after, compensate)
        answer = await self._idempotency.guarded(caller, Operation("links", fresh=True), proof, steps)
        # Only after an admitted proof: extra work for a right but refused one would reveal that it was right.
        for evidence in proved:
            self._core.background.start(partial(self._proofs.settle, evidence))
        return answer

    def _count(self, context: Context, caller: Caller, method: LinkMethod, evidence: Evidence) -> CountedAttempt:
        tx, now, again = context.tx, context.now, context.counted
        account = self._rate_limits.count(tx, self._rate_limits.account(method, context.account_id), now, again=again)
        if not account.standing.admitted:
            raise ProblemError(
                ProblemType.METHOD_LOCKED,
                retry_at=account.standing.locked_until,
                method=method,
                methods=self._methods.open(context),
                tries_left=0,
            )
        rule = self._core.settings.limits.method_network
        network = self._rate_limits.admit(
            tx, self._rate_limits.network(rule, Scope.METHOD_NETWORK, caller), now, again=again
        )
        file = self._file_limits.attempt(context, caller, method, evidence.subject)
        return CountedAttempt(evidence, [account, *network, *file.counted], account, file.admitted)

    def _not_recognized(
        self, context: Context, caller: Caller, method: LinkMethod, attempt: CountedAttempt, *, right: bool
    ) -> Answer:
        """Give the same answer for every reason; the support case behind the reference has the true one."""
        file = attempt.evidence.file
        reason = attempt.evidence.flaw
        if file and not attempt.admitted:
            reason = RefusalReason.FILE_EXHAUSTED
        elif file and right:
            reason = RefusalReason.USED_UP_MEANWHILE
        reference = new_reference()
        links.add_support_case(
            context.tx,
            reference=reference,
            account_id=context.account_id,
            kind="not_recognized",
            reason=reason,
            now=context.now,
            network=self._security.network(caller),
            terminal=caller.terminal,
            method=method,
            file_id=file.id if file else attempt.evidence.of_file,
        )
        standing = attempt.account.standing
        error = ProblemError(
            ProblemType.NOT_RECOGNIZED,
            reference=reference,
            method=method,
            methods=self._methods.open(context),
            tries_left=standing.left,
            retry_at=standing.locked_until,
        )
        return refused(error, caller.language)

    def _proved(self, context: Context, caller: Caller, method: LinkMethod, file: FileRow) -> Answer:
        tx, account_id = context.tx, context.account_id
        accounts.hold(tx, account_id)  # a disavowal at this moment comes before all that follows, or after
        frozen = links.frozen(tx, account_id, file.id)
        if frozen:
            return self._disowned(context, caller, frozen[0])
        holders = links.holders(tx, file.id)
        own = next((link for link in holders if link.account_id == account_id), None)
        if own:
            error = ProblemError(ProblemType.ALREADY_LINKED, reference=own.reference, method=method, link_id=own.id)
            return refused(error, caller.language)
        network = self._security.network(caller)
        exclusive = self._core.settings.linking.exclusive[Category(file.category)]
        reference = new_reference()
        link_id = None
        if not (exclusive and holders):
            link_id = links.add(
                tx,
                account_id=account_id,
                file_id=file.id,
                exclusive=exclusive,
                method=method,
                reference=reference,
                now=context.now,
            )
        about = {
            "method": method.value,
            "category": file.category,
            "identifier": file.identifier,
            "display_name": file.display_name,
            "reference": reference,
        }
        if link_id is None:
            links.add_event(tx, account_id, EventKind.LINK_REFUSED, context.now, network=network, **about)
            links.add_support_case(
                tx,
                reference=reference,
                account_id=account_id,
                kind="held_elsewhere",
                reason=RefusalReason.HELD_ELSEWHERE,
                now=context.now,
                network=network,
                terminal=caller.terminal,
                method=method,
                file_id=file.id,
            )
            self._notices.held_elsewhere(context, file, reference, links.holders(tx, file.id))
            return refused(
                ProblemError(ProblemType.HELD_ELSEWHERE, reference=reference, method=method), caller.language
            )
        links.add_event(tx, account_id, EventKind.LINKED, context.now, network=network, link_id=link_id, **about)
        self._notices.linked(context, file, reference, link_id)
        row = links.find(tx, account_id, link_id)
        assert row is not None
        return success(link_message(row), 201)

    def _disowned(self, context: Context, caller: Caller, link: LinkRow) -> Answer:
        """Refuse a file that was disowned before, even if its link has ended: only `unfreeze` lifts that."""
        links.add_event(
            context.tx,
            context.account_id,
            EventKind.LINK_REFUSED,
            context.now,
            network=self._security.network(caller),
            link_id=link.id,
            category=link.category,
            identifier=link.identifier,
            display_name=link.display_name,
            reference=link.reference,
        )
        return refused(ProblemError(ProblemType.LINK_FROZEN, reference=link.reference), caller.language)
