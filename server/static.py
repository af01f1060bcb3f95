"""Serves GraphiQL, the page where people explore the API, from files of our own on this origin."""

import gzip
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from errors import Code, error_body

# Written by `npm ci && npm run build` in server/graphiql; every file but the licences is gzipped.
BUILT = Path(__file__).with_name("static")

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".ttf": "font/ttf",
}

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # the editor writes its colours into <style> elements
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",  # a WebSocket on this origin is 'self' too
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}

HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Encoding",
}

INDEX = "index.html"


@dataclass(frozen=True)
class BuiltFile:
    """One file as it is stored, with the headers it goes out with."""

    packed: bytes
    headers: dict[str, str]

    @cached_property
    def plain(self) -> bytes:
        """The content for the rare client that takes no gzip; unpacked once."""
        return gzip.decompress(self.packed)


class Ide:
    """GraphiQL's files, read once. What is not in the table does not exist, so no path leads elsewhere."""

    def __init__(self, built: Path = BUILT, token: str | None = None) -> None:
        self.files = {path.relative_to(built).with_suffix("").as_posix(): _read(path) for path in built.rglob("*.gz")}
        if INDEX not in self.files:
            raise FileNotFoundError(
                f"GraphiQL is not built: {built} has no {INDEX}.gz. Run `npm ci && npm run build` in server/graphiql."
            )
        if token is not None:
            self.files[INDEX] = with_headers(self.files[INDEX], f'{{"Authorization": "Bearer {token}"}}')

    async def page(self, request: Request) -> Response:
        return self._answer(request, INDEX)

    async def asset(self, request: Request) -> Response:
        return self._answer(request, f"assets/{request.path_params['name']}")

    def _answer(self, request: Request, name: str) -> Response:
        file = self.files.get(name)
        if file is None:
            body = error_body("There is nothing at this path: GraphiQL is at /.", Code.BAD_REQUEST)
            return Response(body, 404, HEADERS, "application/json")
        if file.headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=file.headers)
        if accepts_gzip(request.headers.get("accept-encoding", "")):
            return Response(file.packed, headers={**file.headers, "Content-Encoding": "gzip"})
        return Response(file.plain, headers=file.headers)


def ide_routes(token: str | None = None) -> list[Route]:
    """The routes of GraphiQL: the page at `/` and what it loads under `/assets/`. GET and HEAD.

    A `token` is handed to everybody who opens the page, who then asks with it: a demo's, never another.
    """
    ide = Ide(token=token)
    return [
        Route("/", ide.page, methods=["GET"]),
        Route("/assets/{name}", ide.asset, methods=["GET"]),
    ]


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header allows gzip: by name, else by `*`, and not with `q=0`."""
    allowed = {}
    for item in accept_encoding.lower().split(","):
        name, _, weight = item.replace(" ", "").partition(";q=")
        allowed[name] = weight.strip("0.") != "" or weight == ""
    return allowed.get("gzip", allowed.get("*", False))


def with_headers(page: BuiltFile, headers: str) -> BuiltFile:
    """The page with a JSON object that stands in its editor of headers from the start."""
    meta = f'<meta name="rapport-headers" content="{escape(headers)}" />\n  </head>'
    packed = gzip.compress(page.plain.replace(b"</head>", meta.encode(), 1), mtime=0)
    return BuiltFile(packed, {**page.headers, "ETag": etag(packed)})


def etag(packed: bytes) -> str:
    """Weak, because the packed and the plain form share it."""
    return f'W/"{sha256(packed).hexdigest()[:16]}"'


def _read(path: Path) -> BuiltFile:
    packed = path.read_bytes()
    name = path.with_suffix("").name
    return BuiltFile(
        packed,
        {
            **HEADERS,
            "Content-Type": CONTENT_TYPES[Path(name).suffix],
            # A name under assets/ carries a hash of the content, so what it names never changes.
            "Cache-Control": "no-cache" if name == INDEX else "public, max-age=31536000, immutable",
            "ETag": etag(packed),
        },
    )
