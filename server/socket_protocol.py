"""How WebSocket frames are read: uvicorn's protocol, which says why it closes and does not wait for ever."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets import http11
from websockets.frames import Frame
from websockets.http11 import Request

from server.protocol import HEADER_BYTES, LINGER_SECONDS, Flaw
from server.stopping import REASON

if TYPE_CHECKING:
    from uvicorn._types import ASGIReceiveEvent

FRAGMENTS = 1000
"""Frames of one message."""

MALFORMED = Flaw(
    400,
    "This is not a well-formed handshake of a WebSocket: send Upgrade and Origin once, and plain names of protocols, "
    "as RFC 6455 says.",
)

# Headers were measured before they come here; by itself the library stops reading at half of what they may have.
http11.MAX_LINE_LENGTH = HEADER_BYTES + len(b"\r\n")


class SocketProtocol(WebSocketsSansIOProtocol):
    """WebSocket with one client, from whom nothing is read while it does not read what it was sent."""

    close_timeout = 3.0

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.close_timeout = SocketProtocol.close_timeout
        self.over = False
        """Whether what still comes is thrown away."""

    def data_received(self, data: bytes) -> None:
        if self.over:
            return
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated and not self.over:
            self.refuse(MALFORMED)  # the library reads no further, and has not said so

    def handle_connect(self, event: Request) -> None:
        # To see what the library would say, which has no words for it but its own.
        if self.conn.accept(event).status_code != HTTPStatus.SWITCHING_PROTOCOLS:
            self.refuse(MALFORMED)
        else:
            super().handle_connect(event)

    def refuse(self, flaw: Flaw) -> None:
        """Answer a handshake outside of the application, and close a moment later."""
        self.over = self.close_sent = True
        self.transport.write(flaw.answer())
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.close_timer = self.loop.call_later(LINGER_SECONDS, self.transport.close)
        self.cut_off_later()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()

    async def receive(self) -> ASGIReceiveEvent:
        message = await super().receive()
        if not self.writable.is_set():
            self.transport.pause_reading()
        return message

    async def send(self, message: Any) -> None:
        await super().send(message)
        if self.close_sent:
            self.handshake_complete = True  # also where it was denied, which uvicorn would take for unfinished
            self.cut_off_later()

    def handle_cont(self, event: Frame) -> None:
        if self.over:
            return  # the rest of what was read along with one frame too many
        if len(self.frames) >= FRAGMENTS:
            self.conn.fail(1009, f"A message may have {FRAGMENTS} frames")
            self.handle_parser_exception()
            return
        super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:  # which uvicorn logs, with its traceback, as if it were the server's fault
                self.frames = []
                self.conn.fail(1007, "A text frame must be UTF-8")
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        """Say why, and close a moment later: closing on bytes that nobody has read would take back what was said."""
        close = self.conn.close_sent
        assert close is not None
        self.over = self.close_sent = True
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": close.code, "reason": close.reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.read_paused = False
        self.transport.resume_reading()
        self.close_timer = self.loop.call_later(LINGER_SECONDS, self.transport.close)
        self.cut_off_later()

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self.cut_off_later()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.cut_off_later()

    def shutdown(self) -> None:
        """The process ends: say so, where uvicorn says a number."""
        if self.handshake_complete and not self.close_sent:
            self.stop_keepalive()
            self.queue.put_nowait({"type": "websocket.disconnect", "code": 1012})
            self.conn.send_close(1012, REASON)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.transport.close()
        elif self.handshake_initiated or self.close_sent:
            super().shutdown()
        else:  # nobody is there yet who could be told
            self.transport.close()
        self.cut_off_later()

    def cut_off_later(self) -> None:
        """Closing waits for the client to read what was sent; that must end too."""
        self.loop.call_later(self.close_timeout + 1, self.transport.abort)
