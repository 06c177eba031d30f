"""The document of wh/v1 is made from the code, and the shipped one is of today."""

import json
from pathlib import Path

import msgspec
import pytest

from devices.envelope import Codec
from devices.publishing import asyncapi
from devices.vocabulary import WORDS, Word
from devices.wiring import now_ms, presence

SHIPPED = Path(__file__).parents[2] / "docs" / "asyncapi.json"


def test_the_shipped_document_is_of_today() -> None:
    assert json.loads(SHIPPED.read_text()) == asyncapi(), "run `make docs`"


def test_every_reference_of_the_document_leads_somewhere() -> None:
    document = asyncapi()

    def look(value: object) -> None:
        if isinstance(value, dict):
            if "$ref" in value:
                at: object = document
                for step in value["$ref"].removeprefix("#/").split("/"):
                    assert isinstance(at, dict)
                    at = at[step]
            for each in value.values():
                look(each)
        elif isinstance(value, list):
            for each in value:
                look(each)

    look(document)


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.path)
def test_every_word_can_be_read(word: Word) -> None:
    with pytest.raises(Exception, match="not a wh/v1 message"):
        Codec(word.kind).read(b"{}")


def test_presence_is_a_message_of_the_vocabulary() -> None:
    send = presence("wh/v1/main/pack/scale-b1", "boot")(True)
    assert send.address == "wh/v1/main/pack/scale-b1/conn"
    assert msgspec.json.decode(send.payload)["ts"] <= now_ms()
