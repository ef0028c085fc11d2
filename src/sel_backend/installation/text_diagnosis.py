"""What `doctor` says of what people read: questions, conditions, who operates the service and how to reach them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from sel_backend.installation import checks
from sel_backend.installation.findings import Finding
from sel_backend.mail.headers import mailbox
from sel_backend.questions import QuestionCatalogue
from sel_backend.service_settings import ServiceSettings
from sel_backend.services.terms import TermsFile
from sel_backend.settings import MailSettings, Settings

_STALE_DAYS: Final = 365
# Numbers that the North American plan keeps for fiction.
_FICTITIOUS: Final = re.compile(r"555\D?01\d\d(?!\d)")
# RFC 2606 and 6761: domains that nobody can have.
_NOBODYS: Final = re.compile(r"(?:.*\.)?(?:(?:test|example|invalid|localhost)|example\.(?:com|net|org))", re.IGNORECASE)


def look(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Yield what is found; what only a demonstration may keep is wrong in a service."""
    wrong = dict(checks.wrong_texts(settings))
    for name, problem in wrong.items():
        yield Finding(name, problem, "correct the file, or name another one in the settings")
    if "questions" not in wrong:
        questions = QuestionCatalogue(settings.service.questions_file)
        yield Finding("questions", f"{questions.check()} of {len(questions.entries)} in the catalogue are asked")
    if "conditions of use" not in wrong:
        terms = TermsFile(settings.service.terms_file)
        shipped = not settings.demo and terms.path is None
        advice = "these say that the service is a demonstration: name your own in service.terms_file"
        yield Finding("conditions of use", f"version {terms.current.version}", advice if shipped else "")
    yield from () if settings.demo else _placeholders(settings.service, settings.mail)
    verified = datetime.fromisoformat(settings.service.verified_on).replace(tzinfo=UTC)
    old = (now - verified).days > _STALE_DAYS
    yield Finding(
        "phone and hours",
        f"verified on {settings.service.verified_on}",
        "call the number, then set service.verified_on to today" if old else "",
    )


def _placeholders(service: ServiceSettings, mail: MailSettings) -> Iterator[Finding]:
    unnamed = set(ServiceSettings().operator.values()) & set(service.operator.values())
    advice = "set service.operator to your organisation's name, in both languages"
    yield Finding("organisation", ", ".join(service.operator.values()), advice if unnamed else "")
    fictitious = _FICTITIOUS.search(service.phone)
    advice = "numbers with 555-01 are fictitious: set service.phone to your own"
    yield Finding("phone", service.phone, advice if fictitious else "")
    domain = mailbox(mail.sender).address.rpartition("@")[2]
    advice = f"nobody can have an address in {domain}: set mail.sender to your own"
    yield Finding("sender", mail.sender, advice if _NOBODYS.fullmatch(domain) else "")
