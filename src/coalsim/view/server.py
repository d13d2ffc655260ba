"""The server behind the page: on this machine only, and everything it sends is its own."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from coalsim.errors import CoalsimError, Interrupted, ParameterError
from coalsim.view import own_field, replay, simulating, sweeps
from coalsim.view.advising import advised
from coalsim.view.desk import Desk
from coalsim.view.frames import record
from coalsim.view.simulating import Emit

LOG = logging.getLogger("coalsim.view")

POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
"""Nothing is fetched from anywhere else."""

BIGGEST = 50_000_000
"""Bytes of a request, at most."""


def app(desk: Desk, importer: own_field.Importer = own_field.understand) -> Starlette:
    """Return the application.

    Parameters
    ----------
    desk
        What the page works on.
    importer
        Reads the tables that are dropped.
    """

    def start(body: dict[str, Any]) -> dict[str, Any]:
        return desk.start()

    def whole(body: dict[str, Any], name: str, default: int | None, low: int, high: int) -> Any:
        value = body.get(name)
        value = default if value is None else value
        if value is not None and not (isinstance(value, int) and low <= value <= high):
            raise ParameterError(f"{name} = {value}: a whole number from {low:,} to {high:,} is needed")
        return value

    def luck(body: dict[str, Any]) -> tuple[int, int]:
        replicate = whole(body, "replicate", None, 0, 2**31)
        return whole(body, "seed", desk.seed, 0, 2**53), desk.luck.replicate if replicate is None else replicate

    def run(body: dict[str, Any], emit: Emit) -> None:
        simulating.watched(desk.parameters(body.get("values", {})), *luck(body), desk.title, emit)

    def compare(body: dict[str, Any], emit: Emit) -> None:
        a, b = (desk.parameters(body.get(name, {})) for name in ("a", "b"))
        simulating.compared(a, b, whole(body, "seed", desk.seed, 0, 2**53), whole(body, "replicates", 200, 2, simulating.MOST), emit)

    def advise(body: dict[str, Any], emit: Emit) -> None:
        many = whole(body, "replicates", None, 2, 100_000), whole(body, "draws", None, 2, 100_000)
        advised(desk.parameters(body.get("values", {})), *many, whole(body, "seed", desk.seed, 0, 2**53), desk.title, emit)

    def export(body: dict[str, Any]) -> dict[str, Any]:
        p, (seed, replicate) = desk.parameters(body.get("values", {})), luck(body)
        why = desk.luck.why if (p, seed, replicate) == (desk.base, desk.seed, desk.luck.replicate) else ""
        return {"html": replay.page(record(p, seed, replicate, desk.title, why))}

    def field(body: dict[str, Any]) -> dict[str, Any]:
        if "files" in body:
            given = [own_field.parse(file, text) for file, text in body["files"].items()]
        else:
            given = [own_field.Table(**table) for table in body["tables"]]
        found = importer(given, desk.base, desk.path, body.get("answers", {}))
        if body.get("use") and found.settings is not None:
            desk.base = desk.base.replace(**found.settings)
            desk.title = str(body.get("title") or "my field")
        return {
            "tables": [vars(table) for table in found.tables],
            "notes": found.notes,
            "questions": found.questions,
            "wrong": found.wrong,
            "clean": found.clean,
            "usable": found.settings is not None,
            "columns": {kind: own_field.allowed(kind) for kind in own_field.KINDS},
        }

    def sweep(body: dict[str, Any]) -> dict[str, Any]:
        if not body.get("folder"):
            raise ParameterError("give the folder of a sweep")
        outcome, across, up = (str(body.get(name, "")) for name in ("outcome", "across", "up"))
        return sweeps.shown(Path(body["folder"]), outcome, across, up, body.get("where", {}))

    def found(body: dict[str, Any]) -> dict[str, Any]:
        return {"folders": sweeps.listed(Path.cwd())}

    async def page(request: Request) -> Response:
        return FileResponse(replay.STATIC / "index.html", headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})

    answers = {"start": start, "export": export, "field": field, "sweep": sweep, "sweeps": found}
    streams = {"run": run, "compare": compare, "advise": advise}
    routes = [Route("/", page), Mount("/static", StaticFiles(directory=replay.STATIC))]
    routes += [Route(f"/api/{name}", answering(work), methods=["POST"]) for name, work in answers.items()]
    routes += [Route(f"/api/{name}", streaming(work), methods=["POST"]) for name, work in streams.items()]
    hosts = ["127.0.0.1", "localhost"]
    return Starlette(routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=hosts), Middleware(GZipMiddleware)])


def sentence(error: BaseException) -> str:
    """Return what the page says of an error; one that nobody foresaw goes to the log as a whole."""
    if isinstance(error, CoalsimError):
        text = str(error)
        return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
    LOG.error("not foreseen", exc_info=error)
    return f"This should not have happened ({type(error).__name__}); the terminal that coalsim view runs in says more."


async def _body(request: Request) -> dict[str, Any]:
    """Return what the page sends; JSON only, so that no other site's form can."""
    if request.headers.get("content-type", "").split(";")[0] != "application/json":
        raise ParameterError("a request must be JSON")
    if int(request.headers.get("content-length") or 0) > BIGGEST:
        raise ParameterError(f"that is too much at a time; allowed: {BIGGEST // 1_000_000} MB")
    found = await request.json()
    if not isinstance(found, dict):
        raise ParameterError("a request must be a JSON object")
    return found


def answering(work: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that answers at once; an error is a sentence in the answer."""

    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await run_in_threadpool(work, await _body(request)))
        except Exception as error:
            return JSONResponse({"error": sentence(error)}, status_code=400 if isinstance(error, CoalsimError) else 500)

    return endpoint


def streaming(work: Callable[[dict[str, Any], Emit], None]) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that answers in lines of JSON as they come; the work ends when nobody listens any more."""

    async def endpoint(request: Request) -> Response:
        try:
            body = await _body(request)
        except Exception as error:
            return JSONResponse({"error": sentence(error)}, status_code=400)
        return StreamingResponse(_lines(work, body), media_type="application/x-ndjson", headers={"Content-Encoding": "identity"})

    return endpoint


async def _lines(work: Callable[[dict[str, Any], Emit], None], body: dict[str, Any]) -> AsyncIterator[str]:
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str | None]()
    stopped = threading.Event()

    def put(line: str | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(lines.put_nowait, line)

    def emit(said: dict[str, Any]) -> None:
        if stopped.is_set():
            raise Interrupted("nobody listens any more")
        put(json.dumps(said, separators=(",", ":"), allow_nan=False) + "\n")

    def run() -> None:
        try:
            work(body, emit)
        except Interrupted:
            pass
        except Exception as error:
            put(json.dumps({"error": sentence(error)}) + "\n")
        put(None)

    threading.Thread(target=run, daemon=True).start()
    try:
        while (line := await lines.get()) is not None:
            yield line
    finally:
        stopped.set()


def serve(desk: Desk, listening: socket.socket, opened: Callable[[str], Any]) -> None:
    """Serve the page at a socket of this machine until Ctrl-C; `opened` is called with its address once it is there."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[Any] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                opened(address(listening))

    Server(uvicorn.Config(app(desk), log_level="error", timeout_graceful_shutdown=1)).run(sockets=[listening])


def address(listening: socket.socket) -> str:
    """Return where a page is that is served at a socket."""
    return f"http://127.0.0.1:{listening.getsockname()[1]}/"
