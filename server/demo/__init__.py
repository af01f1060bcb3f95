"""The demo company: invented rows, the same at every run, in three sizes."""

from server.demo.dates import TODAY
from server.demo.fill import SCALES, NotEmpty, Progress, ScaleName, State, demo_state, fill, is_demo

__all__ = ["SCALES", "TODAY", "NotEmpty", "Progress", "ScaleName", "State", "demo_state", "fill", "is_demo"]
