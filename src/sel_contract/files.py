"""What a client file says, by category (contract, « What a file says »)."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from sel_contract.base import Day, Response
from sel_contract.identifiers import Identifier
from sel_contract.rules.identifiers import Category
from sel_contract.text import ShortText


class PostalAddress(Response):
    """Where mail for the file goes."""

    street: ShortText
    city: ShortText
    province: ShortText
    postal_code: ShortText
    country: ShortText


class Certificate(Response):
    """A competency certificate."""

    number: ShortText
    expires_on: Day


class PensionStatus(StrEnum):
    """Where a worker or retiree stands with the pension plan."""

    CONTRIBUTING = "contributing"
    DEFERRED = "deferred"
    RECEIVING = "receiving"
    SURVIVOR = "survivor"


class AssociationSide(StrEnum):
    """Whom an association speaks for."""

    UNION = "union"
    EMPLOYERS = "employers"


class WorkerFile(Response):
    """A worker's or retiree's file. `email` is the address on the file, which may be missing."""

    category: Literal[Category.WORKER] = Category.WORKER
    name: ShortText
    client_number: Identifier
    address: PostalAddress
    phone: ShortText | None = None
    email: ShortText | None = None
    trade: ShortText | None = None
    certificate: Certificate | None = None
    pension_status: PensionStatus | None = None


class EmployerFile(Response):
    """An employer's file."""

    category: Literal[Category.EMPLOYER] = Category.EMPLOYER
    legal_name: ShortText
    employer_number: Identifier
    neq: ShortText | None = Field(None, description="Québec enterprise number, ten digits")
    rbq_licence: ShortText | None = Field(None, description="licence of the Régie du bâtiment du Québec")
    address: PostalAddress
    phone: ShortText | None = None
    email: ShortText | None = None
    contact_person: ShortText | None = None


class AssociationFile(Response):
    """An association's file."""

    category: Literal[Category.ASSOCIATION] = Category.ASSOCIATION
    name: ShortText
    acronym: ShortText
    side: AssociationSide
    address: PostalAddress
    phone: ShortText | None = None
    email: ShortText | None = None
    contact_person: ShortText | None = None


ClientFile = Annotated[WorkerFile | EmployerFile | AssociationFile, Field(discriminator="category")]
