"""Customer Service's phone with its hours, as mails say it: whoever reads one may have no program."""

from dataclasses import dataclass
from typing import Self

from sel_backend.service_settings import ServiceSettings
from sel_contract import Language


@dataclass(frozen=True)
class Phone:
    """A number and when somebody answers, in each language."""

    french: str
    english: str

    @classmethod
    def of(cls, service: ServiceSettings) -> Self:
        """Return the phone that the settings name."""
        french, english = (
            f"{service.phone} ({hours})" if (hours := service.hours.get(language)) else service.phone
            for language in (Language.FRENCH, Language.ENGLISH)
        )
        return cls(french, english)
