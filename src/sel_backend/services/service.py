"""How the service presents itself: `GET /v1/service`, all of it from settings."""

from datetime import date

from sel_backend.clock import Clock
from sel_backend.settings import Settings
from sel_contract import (
    CONTRACT_VERSION,
    CodeRules,
    Contact,
    Language,
    Notice,
    OpeningHours,
    PasswordRule,
    Service,
    SessionLimits,
)


class ServiceCard:
    """The service's name, people, numbers and notices."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        rule = settings.password
        self._password_rule = PasswordRule(
            min_length=rule.min_length,
            max_length=rule.max_length,
            upper=rule.upper,
            lower=rule.lower,
            digit=rule.digit,
            special=rule.special,
            passphrase_length=rule.passphrase_length,
        )
        self._session = SessionLimits(
            idle_seconds=settings.session.idle_seconds,
            absolute_seconds=settings.session.absolute_seconds,
            warning_seconds=settings.session.warning_seconds,
            step_up_after_seconds=settings.session.step_up_after_seconds,
        )
        self._codes = CodeRules(
            linking_code_hours=settings.codes.linking_code_hours,
            single_use_minutes=settings.codes.single_use_minutes,
            single_use_digits=settings.codes.single_use_digits,
            ask_again_after_seconds=settings.limits.code_request_spacing.window_seconds,
        )

    def show(self) -> Service:
        """Return the service as it presents itself now."""
        service = self._settings.service
        return Service(
            name=service.name,
            operator=service.operator,
            languages=tuple(language.value for language in Language),
            simulation=self._settings.demo,
            contact=Contact(
                phone=service.phone,
                hours=service.hours,
                opening=tuple(
                    OpeningHours(weekday=one.weekday, opens=f"{one.opens:%H:%M}", closes=f"{one.closes:%H:%M}")
                    for one in service.openings
                ),
                closed_on=service.closed_on,
                verified_on=date.fromisoformat(service.verified_on),
            ),
            notices=tuple(Notice.model_validate(notice) for notice in service.notices),
            minimum_client_version=service.minimum_client_version,
            contract_version=CONTRACT_VERSION,
            session=self._session,
            password_rule=self._password_rule,
            codes=self._codes,
            time_zone=service.time_zone,
            now=self._clock(),
        )
