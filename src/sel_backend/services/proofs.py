"""The three proofs that a file is one's own: what each looks up, which hashes it checks and what it uses up.

Each does the same look-ups and the same hashing for a file that exists and for one that does not (rule 4).
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Final, Protocol

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.security import legacy
from sel_backend.security.answers import UnreadableAnswerError, normalised
from sel_backend.security.hashing import Secret
from sel_backend.security.legacy import OldHash, TypedPassword
from sel_backend.services.problems import ProblemError
from sel_backend.storage import challenges, files, old_kinds
from sel_backend.storage.files import FactRow, FileRow, LinkCodeRow
from sel_contract import (
    Answer,
    Category,
    FieldCode,
    FieldProblem,
    LegacyAccessProof,
    LinkCodeProof,
    ProblemType,
    QuestionKind,
    QuestionsProof,
    category_of,
)
from sel_contract.desk import RefusalReason
from sel_contract.rules.identifiers import NEQ_DIGITS

NOBODYS_FILE = ""
_NEQ_BEGINNINGS: Final = ("11", "22", "33", "88")
"""How a Québec enterprise number begins: a corporation, a sole proprietorship, a partnership, another form."""


@dataclass(frozen=True)
class Evidence:
    """What a proof claims, read in one transaction.

    Attributes:
        subject: names the claimed file for its counter, existing or not.
        file: the file, or None.
        pairs: every hash (None: the decoy) with the given secret, or with a function that computes it in the
            hashing pool.
        verdict: whether the proof is right, from whether each pair matches.
        use: uses the proof up, in the transaction of its effect; False if another request has used it.
        flaw: the true reason if it is refused, which the person is not told.
        of_file: whose linking coordinates were typed, good or not.
        unsettled: right answers, with what was typed in the form in which it is compared, that are still stored as a
            peppered digest, without argon2id over it, or under a key that is no longer the current one.
        old: an old password that is still stored so, and the typed one that proved it.
    """

    subject: str
    file: FileRow | None
    flaw: RefusalReason
    pairs: Sequence[tuple[str | None, Secret]] = field(repr=False)
    verdict: Callable[[Sequence[bool]], bool] = all
    use: Callable[[Connection, datetime], bool] = lambda _tx, _now: True
    of_file: str | None = None
    unsettled: Sequence[tuple[FactRow, str]] = field(default=(), repr=False)
    old: tuple[OldHash, TypedPassword] | None = field(default=None, repr=False)


def _flaw_of_identifier(identifier: str) -> RefusalReason:
    """Return why an identifier names no file, as far as itself can tell."""
    neq = category_of(identifier) is Category.EMPLOYER and identifier[2:].startswith(_NEQ_BEGINNINGS)
    return RefusalReason.NEQ_TYPED if neq and len(identifier) == 2 + NEQ_DIGITS else RefusalReason.NO_SUCH_FILE


def _flaw_of_old_access(file: FileRow | None, stored: str | None, identifier: str, now: datetime) -> RefusalReason:
    if file is None:
        return _flaw_of_identifier(identifier)
    if stored is not None:
        return RefusalReason.WRONG_PASSWORD
    expired = file.legacy_expires_at is not None and file.legacy_expires_at <= now
    return RefusalReason.OLD_ACCESS_EXPIRED if expired else RefusalReason.NO_OLD_ACCESS


def _flaw_of_code(code: LinkCodeRow | None, now: datetime) -> RefusalReason:
    if code is None:
        return RefusalReason.NO_SUCH_CODE
    if code.used_at:
        return RefusalReason.CODE_USED
    if code.replaced_at:
        return RefusalReason.CODE_REPLACED
    return RefusalReason.CODE_EXPIRED if code.expires_at <= now else RefusalReason.WRONG_CODE


class LegacyVerifier(Protocol):
    """Where old passwords are checked: against imported hashes, or by a remote old system."""

    def stored_hash(self, file: FileRow | None, now: datetime) -> str | None:
        """Return the hash to check against, in its scheme's form; None if the file has no valid old access."""


class ImportedHashes:
    """Checks against imported hashes. Old passwords are never used up: an accountant may need them too."""

    def stored_hash(self, file: FileRow | None, now: datetime) -> str | None:
        """Return the file's hash unless its old access has expired."""
        if file is None or (file.legacy_expires_at and file.legacy_expires_at <= now):
            return None
        return file.legacy_hash


class Proofs:
    """Reads the evidence for each method."""

    def __init__(self, core: Core, legacy: LegacyVerifier | None = None) -> None:
        self._core = core
        self._legacy = legacy or ImportedHashes()

    def subject_of(self, file: FileRow | None, identifier: str) -> str:
        """Return the subject under which a claimed file is counted: the same for all names of an existing file."""
        return self._core.keys.digest("subject", f"file:{file.id}" if file else f"name:{identifier}")

    def subject_of_code(self, username: str) -> str:
        """Return the subject under which linking coordinates are counted."""
        return self._core.keys.digest("subject", f"code:{username}")

    def read(
        self,
        tx: Connection,
        account_id: str,
        proof: LegacyAccessProof | QuestionsProof | LinkCodeProof,
        now: datetime,
    ) -> Evidence:
        """Return the evidence of a proof.

        Raises:
            ProblemError: `challenge-expired` or `validation`; neither costs a try.
        """
        match proof:
            case LegacyAccessProof():
                return self._legacy_access(tx, proof, now)
            case QuestionsProof():
                return self._questions(tx, account_id, proof, now)
            case LinkCodeProof():
                return self._link_code(tx, proof, now)

    def _legacy_access(self, tx: Connection, proof: LegacyAccessProof, now: datetime) -> Evidence:
        file = files.by_name(tx, proof.username)
        stored = self._legacy.stored_hash(file, now)
        scheme = file.legacy_scheme if file and stored else None
        old = legacy.parse(stored) if stored and scheme in (legacy.RESTING, legacy.WRAPPED) else None
        typed = TypedPassword(self._core.keys, old, proof.password.get_secret_value(), old_kinds.all_kinds(tx))
        resting = old if scheme == legacy.RESTING else None

        def rests(_hashes: Sequence[bool]) -> bool:
            return resting is not None and typed.rests_as(resting)

        unsettled = old is not None and (resting is not None or old.key_id != self._core.keys.current)
        hashed = stored if old is None else (None if resting else old.kept)
        return Evidence(
            subject=self.subject_of(file, proof.username),
            file=file,
            flaw=_flaw_of_old_access(file, stored, proof.username, now),
            pairs=[(hashed, typed)],
            verdict=rests if resting else all,
            old=(old, typed) if old and unsettled else None,
        )

    def _questions(self, tx: Connection, account_id: str, proof: QuestionsProof, now: datetime) -> Evidence:
        challenge = challenges.find(tx, proof.challenge_id, account_id, now)
        if challenge is None:
            raise ProblemError(ProblemType.CHALLENGE_EXPIRED)
        given = self._readable(challenge.questions, proof.answers, now)
        file = files.by_id(tx, challenge.file_id or NOBODYS_FILE)
        facts = files.facts_of(tx, challenge.file_id or NOBODYS_FILE)
        right = [facts.get(question) for question in challenge.questions]
        digests = [
            self.answer_digest(given[question], fact) for question, fact in zip(challenge.questions, right, strict=True)
        ]

        def verdict(hashes: Sequence[bool]) -> bool:
            each = [
                fact is not None and (hashed if fact.answer_hash else hmac.compare_digest(fact.digest, digest))
                for hashed, fact, digest in zip(hashes, right, digests, strict=True)
            ]
            return all(each)

        return Evidence(
            subject=self.subject_of(file, challenge.identifier),
            file=file,
            flaw=RefusalReason.WRONG_ANSWERS if file else _flaw_of_identifier(challenge.identifier),
            pairs=[(fact.answer_hash if fact else None, digest) for fact, digest in zip(right, digests, strict=True)],
            verdict=verdict,
            use=lambda tx, now: challenges.close(tx, challenge.id, now),
            unsettled=[(fact, given[fact.question]) for fact in right if fact and self._is_unsettled(fact)],
        )

    def _is_unsettled(self, fact: FactRow) -> bool:
        return not fact.answer_hash or fact.key_id != self._core.keys.current

    async def settle(self, evidence: Evidence) -> None:
        """Store what a right proof found as argon2id over a digest under the current key, if it was not yet."""
        file, run, current = evidence.file, self._core.database.run, self._core.keys.current
        assert file is not None
        if evidence.old:
            old, typed = evidence.old
            rested = typed.under(current)
            hardened = rested.hardened(await self._core.hasher.hash(rested.kept))
            wrap = partial(
                files.set_legacy_hash,
                file_id=file.id,
                old=old.text(),
                scheme=legacy.WRAPPED,
                new=hardened.text(),
            )
            await run(wrap)
        for fact, normal in evidence.unsettled:
            digest = self.answer_digest(normal)
            answer_hash = await self._core.hasher.hash(digest)
            anew = replace(fact, key_id=current, digest=files.HARDENED, answer_hash=answer_hash)
            await run(partial(files.replace_fact, file_id=file.id, old=fact, new=anew))

    def answer_digest(self, normal: str, fact: FactRow | None = None) -> str:
        """Return the peppered digest of a normalised answer, under the key that the stored fact was digested with."""
        return self._core.keys.digest("answer", normal, fact.key_id if fact else None)

    def _readable(self, questions: Sequence[str], answers: Sequence[Answer], now: datetime) -> dict[str, str]:
        """Return the normalised answers by question.

        Raises:
            ProblemError: `validation`: an answer is missing, is one too many or cannot be one of its kind.
        """
        given: dict[str, str] = {}
        wrong: list[FieldProblem] = []
        for place, answer in enumerate(answers):
            code = None
            entry = self._core.questions.entries.get(answer.question_id)
            if answer.question_id not in questions or answer.question_id in given or entry is None:
                code, where = FieldCode.UNKNOWN_QUESTION, "question_id"
            else:
                where = "answer"
                try:
                    given[answer.question_id] = normalised(entry.comparison, answer.answer.get_secret_value())
                    if entry.past and given[answer.question_id] > self._latest(now)[entry.kind]:
                        code = FieldCode.BAD_DATE if entry.kind is QuestionKind.DATE else FieldCode.BAD_YEAR
                except UnreadableAnswerError as error:
                    code = error.code
                    given[answer.question_id] = ""
            if code:
                wrong.append(FieldProblem(pointer=f"/answers/{place}/{where}", code=code))
        if len(given) < len(questions):
            wrong.append(FieldProblem(pointer="/answers", code=FieldCode.MISSING_ANSWER))
        if wrong:
            raise ProblemError(ProblemType.VALIDATION, errors=tuple(wrong))
        return given

    def _latest(self, now: datetime) -> dict[QuestionKind, str]:
        """Return the organisation's day and year, as normalised answers write them."""
        today = now.astimezone(self._core.settings.service.zone).date()
        return {QuestionKind.DATE: today.isoformat(), QuestionKind.YEAR: str(today.year)}

    def _link_code(self, tx: Connection, proof: LinkCodeProof, now: datetime) -> Evidence:
        code = files.link_code(tx, proof.username)
        good = code is not None and not code.used_at and not code.replaced_at and code.expires_at > now
        file = files.by_id(tx, code.file_id if code and good else NOBODYS_FILE)

        def use(tx: Connection, now: datetime) -> bool:
            return code is not None and files.use_link_code(tx, code.id, now)

        return Evidence(
            subject=self.subject_of_code(proof.username),
            file=file,
            flaw=_flaw_of_code(code, now),
            of_file=code.file_id if code else None,
            pairs=[(code.code_hash if code and good else None, proof.code.get_secret_value())],
            use=use,
        )
