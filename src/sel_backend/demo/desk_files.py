"""The client files about which people call the demonstration's desk. Fictitious, and not in its panel."""

from datetime import date
from typing import Final

from sel_backend.demo.files import DemoRecord, address, employer_answers, worker_answers
from sel_contract import Certificate, EmployerFile, PensionStatus, WorkerFile

_PASSWORD: Final = "Bureau-401!"  # noqa: S105 - fictitious

DESK_FILES: Final = (
    DemoRecord(
        identifier="er000401",
        display_name="Maçonnerie Tremblay inc.",
        contents=EmployerFile(
            legal_name="Maçonnerie Tremblay inc.",
            employer_number="er000401",
            neq="1140000401",
            rbq_licence="8000-0401-01",
            address=address("41, rue de l’Église", "Rimouski", "G5L 1T1"),
            phone="1 418 555-0141",
            email="bureau@maconnerie.exemple.test",
            contact_person="Luc Tremblay",
        ),
        old_password=_PASSWORD,
        answers=employer_answers("1140000401", "G5L 1T1", "8000-0401-01", "2004"),
        note_fr="",
        note_en="",
    ),
    DemoRecord(
        identifier="ci0000402",
        display_name="Inès Benali",
        contents=WorkerFile(
            name="Inès Benali",
            client_number="ci0000402",
            address=address("402, avenue du Parc", "Montréal", "H2W 1S4"),
            phone="1 514 555-0142",
            email="ines.benali@exemple.test",
            trade="Ferblantier, ferblantière",
            certificate=Certificate(number="CC-0000402-12", expires_on=date(2027, 4, 30)),
            pension_status=PensionStatus.CONTRIBUTING,
        ),
        old_password=_PASSWORD,
        answers=worker_answers("1990-11-02", "H2W 1S4", "ferblantier", first_certificate_year="2012"),
        note_fr="",
        note_en="",
    ),
    DemoRecord(
        identifier="er000403",
        display_name="Peinture Ouellet inc.",
        contents=EmployerFile(
            legal_name="Peinture Ouellet inc.",
            employer_number="er000403",
            neq="1140000403",
            rbq_licence="8000-0403-01",
            address=address("403, rue Principale", "Gaspé", "G4X 1A1"),
            phone="1 418 555-0143",
            email="bureau@peinture.exemple.test",
            contact_person="Sam Ouellet",
        ),
        old_password=_PASSWORD,
        answers=employer_answers("1140000403", "G4X 1A1", "8000-0403-01", "2011"),
        note_fr="",
        note_en="",
    ),
)
