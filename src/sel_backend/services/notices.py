"""Mails that tell what happened to a link, each with its own way to say « this was not me »."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.mail import texts
from sel_backend.mail.local_time import local
from sel_backend.mail.phone import Phone
from sel_backend.security.tokens import token_digest
from sel_backend.services.idempotency import Context
from sel_backend.services.rate_limits import Counter, RateLimits, Scope
from sel_backend.storage import accounts, links, single_use
from sel_backend.storage.accounts import AccountRow
from sel_backend.storage.files import FileRow
from sel_backend.storage.links import LinkRow
from sel_contract.rules.codes import ALPHABET

_GROUPS = 5
_GROUP = 5


def new_disavowal_code() -> str:
    """Return 125 random bits that a person can copy from a mail, and type if need be."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


class Notices:
    """Writes notices into the outbox, in the transaction of what they tell."""

    def __init__(self, core: Core, rate_limits: RateLimits) -> None:
        self._core = core
        self._rate_limits = rate_limits
        self._phone = Phone.of(core.settings.service)
        self._zone = core.settings.service.zone
        self._settles = timedelta(seconds=core.settings.mail.unlinked_after_seconds)

    def disavowal_code(self, context: Context, account_id: str, link_id: str | None) -> str:
        """Return a new code to say « this was not me » about a link, or without one about a password.

        Only its digest is kept.
        """
        code = new_disavowal_code()
        single_use.add_disavowal(
            context.tx,
            token_digest(code.replace("-", "")),
            account_id=account_id,
            link_id=link_id,
            now=context.now,
            expires_at=context.now + timedelta(days=self._core.settings.codes.disavowal_days),
        )
        return code

    def linked(self, context: Context, file: FileRow, reference: str, link_id: str) -> None:
        """Tell the account and the address on the file that the file was linked: one mail to each address."""
        assert context.principal is not None
        account = context.principal.account
        since = context.now - self._settles
        self._core.outbox.withdraw(context.tx, "unlinked", links.ended(context.tx, account.id, file.id, since))
        for recipient in dict.fromkeys((account.email, file.email or account.email)):
            mail = texts.linked(
                recipient,
                file_name=file.display_name,
                reference=reference,
                when=local(context.now, self._zone),
                code=self.disavowal_code(context, account.id, link_id),
                phone=self._phone,
                link_id=link_id,
            )
            self._core.outbox.put(context.tx, mail, context.now)

    def unlinked(self, tx: Connection, account: AccountRow, link: LinkRow, now: datetime) -> None:
        """Tell the account and the address on the file that the link was ended, unless it is made again soon."""
        for recipient in sorted({account.email, link.email or account.email}):
            mail = texts.unlinked(
                recipient,
                file_name=link.display_name,
                reference=link.reference,
                when=local(now, self._zone),
                phone=self._phone,
                link_id=link.id,
            )
            self._core.outbox.put(tx, mail, now, after=self._settles)

    def held_elsewhere(self, context: Context, file: FileRow, reference: str, holders: Sequence[LinkRow]) -> None:
        """Tell the person who proved the file, and the account that holds it: once a day."""
        assert context.principal is not None
        subject = self._rate_limits.subject(f"{context.account_id}|{file.id}")
        counter = Counter(self._core.settings.limits.held_notice, Scope.HELD_NOTICE, subject)
        if not self._rate_limits.count(context.tx, counter, context.now).standing.admitted:
            return
        about: dict[str, Any] = {"file_name": file.display_name, "reference": reference, "phone": self._phone}
        when = local(context.now, self._zone)
        mail = texts.held_elsewhere(context.principal.account.email, **about, when=when)
        self._core.outbox.put(context.tx, mail, context.now)
        for holder in holders:
            account = accounts.by_id(context.tx, holder.account_id)
            if account:
                self._core.outbox.put(context.tx, texts.held_here(account.email, **about, when=when), context.now)

    def password_changed(self, context: Context, account: AccountRow) -> None:
        """Tell the account that its password is a new one."""
        mail = texts.password_changed(
            account.email,
            when=local(context.now, self._zone),
            code=self.disavowal_code(context, account.id, None),
            phone=self._phone,
        )
        self._core.outbox.put(context.tx, mail, context.now)

    def login_failures(self, tx: Connection, account: AccountRow, now: datetime) -> None:
        """Tell the account that somebody has tried one password after another."""
        when = local(now, self._zone)
        self._core.outbox.put(tx, texts.login_failures(account.email, when=when, phone=self._phone), now)

    def new_network(self, tx: Connection, account: AccountRow, now: datetime) -> None:
        """Tell the account that somebody logged in from another place than before: a few times a day."""
        rule = self._core.settings.limits.new_network_notice
        counter = Counter(rule, Scope.NEW_NETWORK_NOTICE, self._rate_limits.subject(account.id))
        if not self._rate_limits.count(tx, counter, now).standing.admitted:
            return
        code = self.disavowal_code(Context(tx, now, None), account.id, None)
        mail = texts.new_network(account.email, when=local(now, self._zone), code=code, phone=self._phone)
        self._core.outbox.put(tx, mail, now)

    def frozen(self, context: Context, link: LinkRow, account: AccountRow, reference: str) -> None:
        """Tell the account and the address on the file that the link is frozen; only the latter what it is called."""
        for recipient in dict.fromkeys((account.email, link.email or account.email)):
            name = link.display_name if recipient == link.email else None
            mail = texts.frozen(recipient, file_name=name, reference=reference, phone=self._phone, link_id=link.id)
            self._core.outbox.put(context.tx, mail, context.now)
