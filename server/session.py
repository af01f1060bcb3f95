"""/session, for front ends in a browser: keeps a session in a cookie that no script can read, and takes it away.

With `?role=AGENT` a session goes on in another role, as by switchRole: a script that could have its token told would
have what the cookie is to keep from it.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from access import Viewer
from errors import Code, Refusal, errors_body
from resolvers import tokens
from server.auth import COOKIE, COOKIE_HEADER, HOW, Auth, unauthenticated
from server.desk import Desk
from server.http import GraphQLHttp, headers_of

HERE = ("127.0.0.1", "localhost", "::1")
"""The names of this machine: pages from here may come without TLS, as those in development do."""
STATUS = {
    Code.BAD_REQUEST: 400,
    Code.BAD_USER_INPUT: 400,
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.RATE_LIMITED: 429,
    Code.TIMEOUT: 503,
}
SWITCH = "mutation ($role: Role!) { switchRole(input: {role: $role}) { token errors { message } } }"
SAFE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class SessionDoor:
    """What answers behind /session. Pages of those origins get in that `/graphql` lets in as well."""

    def __init__(self, graphql: GraphQLHttp, *, https_only: bool = False) -> None:
        self.graphql = graphql
        self.https_only = https_only
        self.methods = ["POST", "DELETE", *(["OPTIONS"] if graphql.origins else [])]

    async def answer(self, request: Request) -> Response:
        """The answer to a request, with what lets the page read it that sent it."""
        headers = headers_of(request.scope)
        if request.method == "OPTIONS":
            reply = self.graphql.preflight(headers, b"POST, DELETE")
            response = Response(reply.body, reply.status, SAFE, "application/json" if reply.body else None)
            response.raw_headers += reply.headers
        else:
            response = await session(request, https_only=self.https_only)
        if self.graphql.origins:
            response.raw_headers += self.graphql.for_pages(headers)
        return response


async def session(request: Request, *, https_only: bool) -> Response:
    """POST with `Authorization: Bearer TOKEN` puts the token of a session into the cookie, DELETE removes the cookie.

    POST with `?role=AGENT` puts one of the same user into it that acts in that role; the session of the request, which
    may be the cookie's, stays as it is.

    All want the header `X-Rapport-Csrf: 1`, as does every request that is to be let in by the cookie. Removing the
    cookie does not end the session: signOut does, before.
    """
    try:
        if request.headers.get(COOKIE_HEADER.decode()) != "1":
            raise Refusal("Send the header `X-Rapport-Csrf: 1`, which other sites' pages cannot.", Code.BAD_REQUEST)
        # Behind a proxy, which may call this machine by its own name, the browser is on HTTPS all the same.
        secure = https_only or request.url.hostname not in HERE
        if request.method == "DELETE":
            return Response(None, 204, {**SAFE, "Set-Cookie": session_cookie("", 0, secure=secure)})
        auth: Auth = request.state.auth
        viewer = await auth.viewer(request.scope["headers"], request.client.host if request.client else "")
        token, role = request.headers.get("authorization", "").split(" ")[-1], request.query_params.get("role")
        if role is not None and viewer.session_id is not None:
            token = await switched(request.state.desk, viewer, role)
        if viewer.session_id is None or viewer.until is None or not token.startswith(tokens.SESSION):
            raise unauthenticated(f"Only the token of a session, as signIn gives it, is kept in a cookie. {HOW}")
        seconds = max(1, int(viewer.until - time.time()))
        return Response(None, 204, {**SAFE, "Set-Cookie": session_cookie(token, seconds, secure=secure)})
    except Refusal as refusal:
        status = STATUS.get(refusal.code, 500)
        headers = {**SAFE, "WWW-Authenticate": "Bearer"} if status == 401 else SAFE
        return Response(errors_body([refusal]), status, headers, "application/json")


async def switched(desk: Desk, viewer: Viewer, role: str) -> str:
    """The token of a session in another role, paid for like any other mutation. Raises `Refusal`."""
    spend = None
    if desk.budget is not None:
        spend = partial(desk.budget.spend, viewer, "", desk.engine.limits.for_viewer(viewer)[1])
    told = await desk.engine.execute(SWITCH, {"role": role}, None, replace(viewer, by_cookie=False), spend=spend)
    answer = msgspec.json.decode(told.body)
    for error in answer.get("errors", ()):
        raise Refusal(error["message"], Code(error["extensions"]["code"]))
    payload = answer["data"]["switchRole"]
    for error in payload["errors"]:
        raise Refusal(error["message"], Code.FORBIDDEN)
    return str(payload["token"])


def session_cookie(token: str, seconds: int, *, secure: bool) -> str:
    """A Set-Cookie header that keeps a token in a browser for some seconds, out of its scripts' reach."""
    return f"{COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
