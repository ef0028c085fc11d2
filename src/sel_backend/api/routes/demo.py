"""The demonstration's own resources: the mailbox and the fictitious accounts. Mounted in demonstration mode only."""

from fastapi import APIRouter, Response

from sel_backend.api.call import Services, documented, send
from sel_backend.demo.data import demo_accounts
from sel_backend.storage import mailbox
from sel_contract import DemoAccounts, DemoMailbox

router = APIRouter(prefix="/demo", tags=["demonstration"])


@router.get("/mailbox", response_model=DemoMailbox, responses=documented(body=False, session=False))
async def show_mailbox(services: Services) -> Response:
    """Show every mail that this back end has sent, the newest first."""
    return send(await services.core.database.run(mailbox.newest))


@router.get("/accounts", response_model=DemoAccounts, responses=documented(body=False, session=False))
async def show_accounts() -> Response:
    """Show the fictitious accounts and files, and all that proves them to be one's own."""
    return send(demo_accounts())
