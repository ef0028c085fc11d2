"""The desk: from where it is reached, how long its sessions last, and by what an agent makes sure who calls."""

from typing import Final

from pydantic import Field, field_validator

from sel_backend.security import networks
from sel_backend.settings_part import Part
from sel_contract import Language
from sel_contract.desk import MOST_CHECKS, CheckId

CHECKLIST: Final[dict[str, dict[str, str]]] = {
    "identity": {
        "fr-CA": "Nom complet et date de naissance, ou raison sociale et NEQ : comme au dossier",
        "en-CA": "Full name and date of birth, or legal name and NEQ: as on file",
    },
    "address": {
        "fr-CA": "Adresse postale : comme au dossier",
        "en-CA": "Postal address: as on file",
    },
    "right": {
        "fr-CA": "La personne appelle pour elle-même, ou a le droit d’agir pour le dossier",
        "en-CA": "The person calls for themselves, or may act for the file",
    },
}


class DeskSettings(Part):
    """Without `networks` there is no desk: every path of it answers as one that does not exist."""

    networks: tuple[str, ...] = ()
    idle_seconds: int = Field(1800, ge=60)  # a long call, typed nothing meanwhile
    absolute_seconds: int = Field(36000, ge=60)  # a day at work, with its breaks
    touch_every_seconds: int = Field(60, ge=0)
    warning_seconds: int = Field(120, ge=0)
    hold_minutes: int = Field(15, ge=1, le=1440)
    correction_hours: int = Field(24, ge=1, le=720)
    checklist: dict[CheckId, dict[str, str]] | None = Field(None, max_length=MOST_CHECKS, description="None: ours")

    @field_validator("networks")
    @classmethod
    def _ranges(cls, written: tuple[str, ...]) -> tuple[str, ...]:
        try:
            networks.networks(written)
        except ValueError as error:
            raise ValueError("not an address range such as 192.0.2.0/24") from error
        return written

    @field_validator("checklist")
    @classmethod
    def _in_both_languages(cls, checklist: dict[str, dict[str, str]] | None) -> dict[str, dict[str, str]] | None:
        if any(not texts.get(language) for texts in (checklist or {}).values() for language in Language):
            raise ValueError("a line lacks its text in fr-CA or en-CA")
        return checklist

    @property
    def lines(self) -> dict[str, dict[str, str]]:
        """The checklist by the name of each line, in its order: the organisation's, or ours."""
        return CHECKLIST if self.checklist is None else self.checklist
