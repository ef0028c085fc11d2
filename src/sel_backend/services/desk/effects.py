"""What the acts of the desk change, and whom they tell."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

from sel_backend.core import Core
from sel_backend.mail import desk_texts
from sel_backend.mail.phone import Phone
from sel_backend.mail.texts import Mail
from sel_backend.services import coordinates, frozen_links
from sel_backend.services.desk.obstacles import not_possible
from sel_backend.services.idempotency import Context
from sel_backend.services.methods import Methods
from sel_backend.services.proofs import Proofs
from sel_backend.services.rate_limits import Counter, RateLimits, Scope
from sel_backend.storage import accounts, desk_cases, desk_queues, desk_views, files, limits, links
from sel_backend.storage.accounts import AccountRow
from sel_backend.storage.desk_cases import CaseRow
from sel_backend.storage.files import FileRow
from sel_backend.storage.links import LinkRow
from sel_contract import LinkMethod
from sel_contract.desk_acts import (
    AnswerReport,
    CorrectAddress,
    EndLink,
    EndSessions,
    FreeLink,
    Obstacle,
    OpenMethod,
    PassOnReport,
    SendCoordinates,
    SetAsideMail,
    TakeReport,
)
from sel_contract.desk_case import DeskActKind, ReportState

Act = (
    SendCoordinates
    | OpenMethod
    | FreeLink
    | EndLink
    | TakeReport
    | AnswerReport
    | PassOnReport
    | EndSessions
    | SetAsideMail
    | CorrectAddress
)
Report = TakeReport | AnswerReport | PassOnReport
_STATES: Final[Mapping[DeskActKind, ReportState]] = {
    DeskActKind.TAKE_REPORT: ReportState.TAKEN,
    DeskActKind.ANSWER_REPORT: ReportState.ANSWERED,
    DeskActKind.PASS_ON_REPORT: ReportState.PASSED_ON,
}


class Effects:
    """Has the effects of acts."""

    def __init__(self, core: Core, rate_limits: RateLimits, proofs: Proofs, methods: Methods) -> None:
        self._core = core
        self._rate_limits = rate_limits
        self._proofs = proofs
        self._methods = methods
        self._phone = Phone.of(core.settings.service)

    def of(self, context: Context, row: CaseRow, act: Act) -> Callable[[str, str], str | None]:
        """Return what an act does, given a new linking code and its hash; it returns the correction that waits."""
        match act:
            case SendCoordinates():
                return partial(self._send_coordinates, context, row)
            case OpenMethod():
                return lambda *_: self._open_method(context, row, act.method)
            case FreeLink() | EndLink():
                return lambda *_: self._decide_link(context, row, act)
            case TakeReport() | AnswerReport() | PassOnReport():
                return lambda *_: self._handle_report(context, row, act)
            case EndSessions():
                return lambda *_: self._end_sessions(context, row)
            case SetAsideMail():
                return lambda *_: self._set_aside(context, row)
            case CorrectAddress():
                return lambda *_: self._ask_correction(context, row, act.email)

    def _account(self, context: Context, row: CaseRow) -> AccountRow:
        account = accounts.by_id(context.tx, row.account_id) if row.account_id else None
        if account is None:
            raise not_possible(Obstacle.NO_ACCOUNT)
        return account

    def _file(self, context: Context, row: CaseRow) -> FileRow:
        file = files.by_id(context.tx, row.file_id) if row.file_id else None
        if file is None:
            raise not_possible(Obstacle.NO_FILE)
        return file

    def _tell(self, context: Context, *mails: Mail) -> None:
        for mail in mails:
            self._core.outbox.put(context.tx, mail, context.now)

    def _send_coordinates(self, context: Context, row: CaseRow, code: str, code_hash: str) -> None:
        file = self._file(context, row)
        if not file.email:
            raise not_possible(Obstacle.NO_ADDRESS)
        # A minute apart, as for everybody: the same counter as for who asks alone.
        subject = self._rate_limits.subject(self._proofs.subject_of(file, file.identifier))
        spacing = Counter(self._core.settings.limits.code_request_spacing, Scope.CODE_REQUEST_SPACING, subject)
        self._rate_limits.admit(context.tx, [spacing], context.now)
        coordinates.mail(self._core, context.tx, file, file.email, code=code, code_hash=code_hash, now=context.now)
        desk_queues.set_aside(context.tx, row.item, context.now)

    def _open_method(self, context: Context, row: CaseRow, method: LinkMethod) -> None:
        if not self._methods.offered(method):
            raise not_possible(Obstacle.METHOD_OFF)
        account = accounts.by_id(context.tx, row.account_id) if row.account_id else None
        file = files.by_id(context.tx, row.file_id) if row.file_id else None
        if account is None and file is None:
            raise not_possible(Obstacle.NO_FILE)
        own = self._rate_limits.account(method, account.id) if account else None
        claimed = self._rate_limits.subject(self._proofs.subject_of(file, file.identifier)) if file else None
        counters = [(own.stored_scope, own.key)] if own else []
        if file and method is LinkMethod.LINK_CODE:
            names = desk_views.usernames_of(context.tx, file.id)
            subjects = [self._proofs.subject_of_code(name) for name in names]
            counters += [(one.stored_scope, one.key) for one in (self._rate_limits.file(method, s) for s in subjects)]
        begins = "code_request" if method is LinkMethod.LINK_CODE else f"{method.value}:"
        limits.forget(context.tx, counters, of_key=claimed, begins=begins)
        if account:
            self._tell(context, desk_texts.method_opened(account.email, method=method, phone=self._phone))

    def _decide_link(self, context: Context, row: CaseRow, act: FreeLink | EndLink) -> None:
        link = links.by_id(context.tx, act.link_id)
        own = link and (link.account_id == row.account_id or link.file_id == row.file_id)
        frozen = frozen_links.of_same_file(context.tx, link) if link and own else None
        if frozen is None:
            raise not_possible(Obstacle.NOT_FROZEN, "/link_id")
        if isinstance(act, FreeLink):
            frozen_links.free(context.tx, frozen)
        elif not frozen_links.end(context.tx, frozen, context.now):
            raise not_possible(Obstacle.NOT_FROZEN, "/link_id")
        written = desk_texts.link_freed if isinstance(act, FreeLink) else desk_texts.link_ended
        for address in self._concerned(context, frozen):
            self._tell(context, written(address, reference=frozen.reference, phone=self._phone, link_id=frozen.id))

    def _concerned(self, context: Context, link: LinkRow) -> tuple[str, ...]:
        account = accounts.by_id(context.tx, link.account_id)
        known = (account.email if account else None, link.email)
        return tuple(dict.fromkeys(address for address in known if address))

    def _handle_report(self, context: Context, row: CaseRow, act: Report) -> None:
        kept = desk_views.support_case(context.tx, act.reference)
        own = kept and (kept.account_id == row.account_id or (kept.file_id and kept.file_id == row.file_id))
        if kept is None or not own or kept.kind != "error_reported":
            raise not_possible(Obstacle.NO_SUCH_REPORT, "/reference")
        state = _STATES[act.act]
        if not desk_queues.handle_report(context.tx, act.reference, state, row.agent_id, context.now):
            raise not_possible(Obstacle.REPORT_CLOSED, "/reference")
        account = accounts.by_id(context.tx, kept.account_id)
        about: dict[str, Any] = {"reference": act.reference, "phone": self._phone}
        if account and isinstance(act, AnswerReport):
            self._tell(context, desk_texts.report_answered(account.email, text=act.text, **about))
        if account and isinstance(act, PassOnReport):
            self._tell(context, desk_texts.report_passed_on(account.email, **about))

    def _end_sessions(self, context: Context, row: CaseRow) -> None:
        account = self._account(context, row)
        accounts.end_sessions(context.tx, account.id, context.now)
        self._tell(context, desk_texts.sessions_ended(account.email, phone=self._phone))

    def _set_aside(self, context: Context, row: CaseRow) -> None:
        if not desk_queues.set_aside(context.tx, row.item, context.now):
            raise not_possible(Obstacle.NO_MAIL)

    def _ask_correction(self, context: Context, row: CaseRow, email: str) -> str:
        file = self._file(context, row)
        if file.email == email:
            raise not_possible(Obstacle.SAME_ADDRESS, "/email")
        expires_at = context.now + timedelta(hours=self._core.settings.desk.correction_hours)
        asked = desk_cases.ask_correction(context.tx, row, file.id, email, now=context.now, expires_at=expires_at)
        if asked is None:
            raise not_possible(Obstacle.WAITS_ALREADY)
        return asked
