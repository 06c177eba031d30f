"""The way from an event loop to the writer: what is read together is committed together."""

import asyncio
from typing import Any

import pytest

from api.desk import Desk
from controller.errors import StoreUnavailable
from controller.messages import Command, Done
from tests.telling import Tell


class Door:
    """Keeps the batches that it gets."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def handle_all(self, commands: list[Command[Any]], /) -> list[Any]:
        self.batches.append([command.id for command in commands])
        return [Done(note=command.id) for command in commands]

    def reading(self) -> Any:
        raise NotImplementedError


def test_what_one_round_of_the_loop_has_read_shares_a_batch() -> None:
    async def send() -> list[Done]:
        return await asyncio.gather(*(desk.handle(Tell(id=str(n))) for n in range(5)))

    door = Door()
    desk = Desk(door)
    desk.start()
    assert [each.note for each in asyncio.run(send())] == list("01234")
    assert door.batches == [list("01234")]
    desk.stop()


def test_what_was_read_before_the_stop_is_carried_out_and_later_ones_are_told() -> None:
    async def send() -> None:
        first = asyncio.ensure_future(desk.handle(Tell(id="first")))
        while not first.done():
            await asyncio.to_thread(lambda: None)
        desk.stop()
        with pytest.raises(StoreUnavailable, match="shutting down"):
            await desk.handle(Tell(id="late"))

    door = Door()
    desk = Desk(door)
    desk.start()
    asyncio.run(send())
    assert door.batches == [["first"]]
