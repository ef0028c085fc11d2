"""Method 2: which questions are asked about a file, existing or not (rules 4 and 10 of the contract)."""

from datetime import timedelta

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.services.answers import Answer, success
from sel_backend.services.caller import Caller
from sel_backend.services.even_answers import evenly
from sel_backend.services.idempotency import Context, Idempotency, Operation, Simple
from sel_backend.services.methods import Methods
from sel_backend.services.problems import ProblemError
from sel_backend.services.proofs import NOBODYS_FILE, Proofs
from sel_backend.services.rate_limits import RateLimits, Scope
from sel_backend.storage import challenges, files
from sel_backend.storage.files import FileRow
from sel_contract import Challenge, ChallengeRequest, LinkMethod, ProblemType, category_of


class Challenges:
    """Question challenges."""

    def __init__(
        self, core: Core, rate_limits: RateLimits, idempotency: Idempotency, proofs: Proofs, methods: Methods
    ) -> None:
        self._core = core
        self._rate_limits = rate_limits
        self._idempotency = idempotency
        self._proofs = proofs
        self._methods = methods

    async def ask(self, caller: Caller, request: ChallengeRequest) -> Answer:
        """Return the questions for a claimed file, existing or not: the same each time.

        Raises:
            ProblemError: no live session, `method-off` or `too-many-requests`.
        """

        def do(context: Context) -> Answer:
            if not self._methods.offered(LinkMethod.QUESTIONS):
                raise ProblemError(ProblemType.METHOD_OFF, methods=self._methods.open(context))
            limits = self._core.settings.limits
            counters = [
                *self._rate_limits.network(limits.asking_network, Scope.ASKING_NETWORK, caller),
                self._rate_limits.asking(limits.challenges_account, Scope.CHALLENGES_ACCOUNT, context.account_id),
            ]
            self._rate_limits.admit(context.tx, counters, context.now)
            file = files.by_name(context.tx, request.identifier)
            # A challenge belongs to the name, not the file: otherwise two names would reveal that they are one file's.
            subject = self._proofs.subject_of(None, request.identifier)
            catalogue = self._core.questions
            chosen = self._chosen(context.tx, file, request.identifier, subject)
            row = challenges.ask(
                context.tx,
                account_id=context.account_id,
                subject=subject,
                identifier=request.identifier,
                file_id=file.id if file else None,
                questions=chosen,
                now=context.now,
                expires_at=context.now + timedelta(hours=self._core.settings.codes.challenge_hours),
            )
            return success(
                Challenge(
                    id=row.id,
                    identifier=request.identifier,
                    questions=tuple(catalogue.entries[name].asked_in(caller.language) for name in row.questions),
                    expires_at=row.expires_at,
                ),
                201,
            )

        async with evenly(self._core):
            return await self._idempotency.simple(caller, Operation("question-challenges"), request, Simple(do))

    def _chosen(self, tx: Connection, file: FileRow | None, identifier: str, subject: str) -> tuple[str, ...]:
        """Return which questions are asked, by the same look-ups whether there is such a file or not."""
        catalogue, category = self._core.questions, category_of(identifier)
        known = files.facts_of(tx, file.id if file else NOBODYS_FILE)
        near = {
            name: theirs
            for name, theirs in files.questions_near(tx, identifier).items()
            if (category_of(name), "@" in name) == (category, "@" in identifier)
        }
        return catalogue.choose(category, known, subject, self._core.settings.linking.questions_asked, near)
