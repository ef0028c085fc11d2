"""The bare framework: FastAPI on uvicorn with the same loop and parser, answering a constant of the same size."""

import json
import socket
import sys

import uvicorn
from fastapi import FastAPI, Response

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
_BODY = json.dumps({"links": [_LINK, _LINK]}).encode()

app = FastAPI(openapi_url=None)


@app.get("/v1/links")
async def constant() -> Response:
    """Answer."""
    return Response(_BODY, media_type="application/json")


if __name__ == "__main__":
    opened = socket.socket()
    opened.bind(("127.0.0.1", 0))
    opened.listen(128)
    sys.stdout.write(json.dumps({"url": f"http://127.0.0.1:{opened.getsockname()[1]}"}) + "\n")
    sys.stdout.flush()
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run(sockets=[opened])
