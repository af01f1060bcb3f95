"""The demo company: invented rows, the same at every run, in four sizes."""

from server.demo.dates import TODAY
from server.demo.fill import SCALES, NotEmpty, Progress, ScaleName, State, demo_state, fill, is_demo
from server.demo.users import settle_users
from server.demo_tokens import DEMO_PASSWORD, DEMO_TOKEN, USERS

__all__ = [
    "DEMO_PASSWORD",
    "DEMO_TOKEN",
    "SCALES",
    "TODAY",
    "USERS",
    "NotEmpty",
    "Progress",
    "ScaleName",
    "State",
    "demo_state",
    "fill",
    "is_demo",
    "settle_users",
]
