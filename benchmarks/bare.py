"""The bare framework: FastAPI on uvicorn with the same loop and parser, with one route for each honest comparison.

`/constant` answers bytes that are ready; `/v1/links` makes the same models from a dictionary and the framework
serialises them, which is the least that a typed answer costs.
"""

import json
import socket
import sys
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI, Header, Response

from sel_contract import Links

_LINK = {
    "id": "0" * 32,
    "category": "employer",
    "identifier": "er000021",
    "display_name": "Électricité Bouchard inc.",
    "method": "legacy_access",
    "linked_at": "2026-01-01T00:00:00Z",
    "state": "active",
    "verification": {"state": "to_verify"},
    "reference": "4T8W-2NRQ-6T",
}
_ANSWER = {"links": [_LINK, _LINK]}
_BODY = json.dumps(_ANSWER).encode()

app = FastAPI(openapi_url=None)


async def _token(authorization: Annotated[str, Header()] = "") -> str:
    return authorization


@app.get("/constant")
async def constant() -> Response:
    """Answer bytes that are ready."""
    return Response(_BODY, media_type="application/json")


@app.get("/v1/links")
async def typed(token: Annotated[str, Depends(_token)]) -> Links:
    """Answer with the contract's models."""
    del token
    return Links.model_validate(_ANSWER)


if __name__ == "__main__":
    opened = socket.socket()
    opened.bind(("127.0.0.1", 0))
    opened.listen(128)
    sys.stdout.write(json.dumps({"url": f"http://127.0.0.1:{opened.getsockname()[1]}"}) + "\n")
    sys.stdout.flush()
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run(sockets=[opened])
