"""Linking a file to the account: the try itself (rules 1 to 7 of the contract)."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.security.tokens import new_reference
from sel_backend.services.answers import Answer, refused, success
from sel_backend.services.caller import Caller
from sel_backend.services.link_list import link_message
from sel_backend.services.methods import Methods
from sel_backend.services.notices import Notices
from sel_backend.services.once import Entry, Guarded, Moment, Once
from sel_backend.services.proofs import Evidence, Proofs
from sel_backend.services.refusals import Refusal
from sel_backend.services.tries import Counted, Scope, Tries
from sel_backend.storage import links
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

LinkProof = LegacyAccessProof | QuestionsProof | LinkCodeProof


@dataclass(frozen=True)
class Held:
    """A try that was counted and not yet decided."""

    evidence: Evidence
    counted: list[Counted]
    account: Counted
    file: Counted


class Linking:
    """The rules of linking."""

    def __init__(
        self, core: Core, tries: Tries, once: Once, proofs: Proofs, *, notices: Notices, methods: Methods
    ) -> None:
        self._core = core
        self._tries = tries
        self._methods = methods
        self._once = once
        self._proofs = proofs
        self._notices = notices

    async def link(self, caller: Caller, proof: LinkProof) -> Answer:
        """Link the file whose proof is given.

        Raises:
            Refusal: anything that costs no try: no live session, `step-up-required`, `validation`, `method-locked` …
        """
        proved: list[Evidence] = []

        def before(moment: Moment) -> Held:
            if not self._methods.offered(proof.method):
                raise Refusal(ProblemType.METHOD_OFF, method=proof.method, methods=self._methods.open(moment))
            evidence = self._proofs.read(moment.tx, moment.account_id, proof, moment.now)
            return self._count(moment, caller, proof.method, evidence)

        async def check(held: Held) -> bool:
            return held.evidence.verdict(await self._core.hasher.verify_all(held.evidence.pairs))

        def after(moment: Moment, held: Held, right: bool) -> Answer:
            file = held.evidence.file
            if file and right and held.file.standing.admitted and held.evidence.use(moment.tx, moment.now):
                self._tries.give_back(moment.tx, held.counted)
                proved[:] = [held.evidence]
                return self._proved(moment, caller, proof.method, file)
            return self._not_recognized(moment, caller, proof.method, held, right=right)

        def undo(tx: Connection, held: Held) -> None:
            self._tries.give_back(tx, held.counted)

        operation = Guarded(before, check, after, undo)
        answer = await self._once.guarded(caller, Entry("links", fresh=True), proof, operation)
        # Only now, and only what was admitted: extra work for a right proof in vain would tell that it was right.
        for evidence in proved:
            self._core.background.start(partial(self._proofs.settle, evidence))
        return answer

    def _count(self, moment: Moment, caller: Caller, method: LinkMethod, evidence: Evidence) -> Held:
        tx, now, again = moment.tx, moment.now, moment.counted
        account = self._tries.count(tx, self._tries.account(method, moment.account_id), now, again=again)
        if not account.standing.admitted:
            raise Refusal(
                ProblemType.METHOD_LOCKED,
                retry_at=account.standing.locked_until,
                method=method,
                methods=self._methods.open(moment),
                tries_left=0,
            )
        rule = self._core.settings.limits.method_network
        network = self._tries.admit(tx, self._tries.network(rule, Scope.METHOD_NETWORK, caller), now, again=again)
        file = self._tries.count(tx, self._tries.file(method, evidence.subject), now, again=again)
        return Held(evidence, [account, *network, file], account, file)

    def _not_recognized(self, moment: Moment, caller: Caller, method: LinkMethod, held: Held, *, right: bool) -> Answer:
        """Say the same for every reason; the true one stands behind the reference, for Customer Service alone."""
        file = held.evidence.file
        reason = "no_such_file_or_code" if file is None else "wrong_secret"
        if file and not held.file.standing.admitted:
            reason = "file_exhausted"
        elif file and right:
            reason = "used_up_meanwhile"
        reference = new_reference()
        links.add_support_case(
            moment.tx,
            reference=reference,
            account_id=moment.account_id,
            kind="not_recognized",
            reason=reason,
            now=moment.now,
            method=method,
            file_id=file.id if file else None,
        )
        standing = held.account.standing
        refusal = Refusal(
            ProblemType.NOT_RECOGNIZED,
            reference=reference,
            method=method,
            methods=self._methods.open(moment),
            tries_left=standing.left,
            retry_at=standing.locked_until,
        )
        return refused(refusal, caller.language)

    def _proved(self, moment: Moment, caller: Caller, method: LinkMethod, file: FileRow) -> Answer:
        tx, account_id = moment.tx, moment.account_id
        frozen = links.frozen(tx, account_id, file.id)
        if frozen:
            return self._disowned(moment, caller, frozen[0])
        holders = links.holders(tx, file.id)
        own = next((link for link in holders if link.account_id == account_id), None)
        if own:
            refusal = Refusal(ProblemType.ALREADY_LINKED, reference=own.reference, method=method, link_id=own.id)
            return refused(refusal, caller.language)
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
                now=moment.now,
            )
        about = {
            "method": method.value,
            "category": file.category,
            "identifier": file.identifier,
            "display_name": file.display_name,
            "reference": reference,
        }
        if link_id is None:
            links.add_event(tx, account_id, EventKind.LINK_REFUSED, moment.now, **about)
            links.add_support_case(
                tx,
                reference=reference,
                account_id=account_id,
                kind="held_elsewhere",
                reason="exclusive_file",
                now=moment.now,
                method=method,
                file_id=file.id,
            )
            self._notices.held_elsewhere(moment, file, reference, links.holders(tx, file.id))
            return refused(Refusal(ProblemType.HELD_ELSEWHERE, reference=reference, method=method), caller.language)
        links.add_event(tx, account_id, EventKind.LINKED, moment.now, link_id=link_id, **about)
        self._notices.linked(moment, file, reference, link_id)
        row = links.find(tx, account_id, link_id)
        assert row is not None
        return success(link_message(row), 201)

    def _disowned(self, moment: Moment, caller: Caller, link: LinkRow) -> Answer:
        """Refuse what was disowned before, ended or not: only Customer Service lifts that (`unfreeze`)."""
        links.add_event(
            moment.tx,
            moment.account_id,
            EventKind.LINK_REFUSED,
            moment.now,
            link_id=link.id,
            category=link.category,
            identifier=link.identifier,
            display_name=link.display_name,
            reference=link.reference,
        )
        return refused(Refusal(ProblemType.LINK_FROZEN, reference=link.reference), caller.language)
