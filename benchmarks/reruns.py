"""Does memory stay flat? A visitor without a browser who moves a slider thousands of times.

Speaks Streamlit's own protocol over its WebSocket, so that nothing but the server is measured.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

RERUNS, WARM_UP, EVERY = 2_000, 200, 100
DONE = ForwardMsg.FINISHED_SUCCESSFULLY  # and not given up for the next run


@dataclass(frozen=True)
class Course:
    """Resident megabytes of the server at every `EVERY`-th rerun, and seconds in all."""

    megabytes: tuple[float, ...]
    seconds: float

    @property
    def growth(self) -> float:
        """Megabytes between the mean of the first and of the last quarter after the warm-up."""
        settled = self.megabytes[WARM_UP // EVERY :]
        quarter = max(len(settled) // 4, 1)
        return (sum(settled[-quarter:]) - sum(settled[:quarter])) / quarter


class Visitor:
    """One session: `run` asks for a rerun and waits until the script has finished."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.sliders: dict[str, Any] = {}
        self.problems: list[str] = []
        self.charts = 0

    async def run(self, query: str, page: str, states: dict[str, float]) -> None:
        ask = BackMsg()
        ask.rerun_script.query_string = query
        ask.rerun_script.page_name = page
        for name, value in states.items():
            state = ask.rerun_script.widget_states.widgets.add()
            state.id = name
            state.double_array_value.data.append(value)
        await self.socket.send(ask.SerializeToString())
        while True:
            got = ForwardMsg()
            got.ParseFromString(await self.socket.recv())
            kind = got.WhichOneof("type")
            if kind == "delta" and got.delta.WhichOneof("type") == "new_element":
                element = got.delta.new_element
                if element.WhichOneof("type") == "slider":
                    self.sliders[element.slider.label] = element.slider
                elif element.WhichOneof("type") == "vega_lite_chart":
                    self.charts += 1
                elif element.WhichOneof("type") == "exception":
                    self.problems.append(element.exception.message)
            elif kind == "script_finished" and got.script_finished == DONE:
                return


async def _drive(url: str, pid: int, page: str, label: str, count: int) -> Course:
    process = psutil.Process(pid)
    address = url.replace("http", "ws") + "/_stcore/stream"
    found: list[float] = []
    async with websockets.connect(address, subprotocols=["streamlit"], max_size=None) as socket:
        visitor = Visitor(socket)
        await visitor.run("lang=en", page, {})
        slider = visitor.sliders[label]
        begin = asyncio.get_running_loop().time()
        for i in range(count):
            value = slider.min + (i % 40 + 1) * slider.step
            await visitor.run("lang=en", page, {slider.id: value})
            if (i + 1) % EVERY == 0:
                found.append(process.memory_info().rss / 1e6)
        took = asyncio.get_running_loop().time() - begin
    if visitor.problems or visitor.charts < count:
        raise RuntimeError(f"{visitor.charts} charts, {visitor.problems[:1]}")
    return Course(tuple(found), took)


def drive(url: str, pid: int, page: str, label: str, count: int = RERUNS) -> Course:
    """Reruns of one page with the slider `label` at forty values in turn."""
    return asyncio.run(_drive(url, pid, page, label, count))


def rows() -> Iterator[tuple[str, Course]]:
    """The pages with the heaviest pictures, and what became of the memory."""
    from benchmarks.pages import server

    os.environ["GDLAB_FRAMEWORK_CHECK"] = "button"  # the workers have memories of their own
    for page in ("single_variable", "multiple_regression"):
        with server("app.py") as (url, process):
            yield page, drive(url, process.pid, page, "Learning rate η")


if __name__ == "__main__":
    for name, course in rows():
        told = " ".join(f"{mb:.0f}" for mb in course.megabytes)
        print(
            f"{name}: {course.growth:+.1f} MB after {RERUNS} reruns, "
            f"{course.seconds / RERUNS * 1e3:.0f} ms each; MB: {told}"
        )
