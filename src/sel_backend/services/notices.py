"""Mails that tell what happened to a link, each with its own way to say « this was not me »."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sel_backend.core import Core
from sel_backend.mail import texts
from sel_backend.mail.local_time import local
from sel_backend.security.tokens import token_digest
from sel_backend.services.idempotency import Context
from sel_backend.storage import accounts, single_use
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

    def __init__(self, core: Core) -> None:
        self._core = core
        self._phone = core.settings.service.phone
        self._zone = core.settings.service.zone

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

    def held_elsewhere(self, context: Context, file: FileRow, reference: str, holders: Sequence[LinkRow]) -> None:
        """Tell the person who proved the file, and the account that holds it."""
        assert context.principal is not None
        about = {"file_name": file.display_name, "reference": reference, "phone": self._phone}
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

    def frozen(self, context: Context, link: LinkRow, account: AccountRow, reference: str) -> None:
        """Tell the account and the address on the file that the link is frozen; only the latter what it is called."""
        for recipient in dict.fromkeys((account.email, link.email or account.email)):
            name = link.display_name if recipient == link.email else None
            mail = texts.frozen(recipient, file_name=name, reference=reference, phone=self._phone, link_id=link.id)
            self._core.outbox.put(context.tx, mail, context.now)
