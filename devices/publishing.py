"""Owns the AsyncAPI document of wh/v1, made from the code that reads and writes the messages."""

from typing import Any, Final

import msgspec

from devices.envelope import SIZE_MAX, Envelope, is_retained
from devices.vocabulary import WORDS, Word

VERSION: Final = "1.0.0"
REF: Final = "#/components/schemas/{name}"
BRANCH: Final = "wh/v1/{site}/{area}/{device}"


def asyncapi() -> dict[str, Any]:
    """The document. Source: AsyncAPI 3.0.0."""
    envelopes: list[Any] = [Envelope[word.kind] for word in WORDS]  # type: ignore[name-defined]
    shapes, components = msgspec.json.schema_components(envelopes, ref_template=REF)
    schemas = {name.replace("[", "_").replace("]", ""): s for name, s in components.items()}
    named = list(zip(WORDS, map(_renamed, shapes), strict=True))
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "wh/v1",
            "version": VERSION,
            "description": (
                "Devices of a warehouse and their controller over MQTT, QoS 1. A message has at "
                f"most {SIZE_MAX} bytes. Every message may come twice: `session` and `seq` number "
                "it, `corr` names the command that it answers. Nothing is done after `deadline`."
            ),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {_key(word): _channel(word) for word in WORDS},
        "operations": {_key(word): _operation(word) for word in WORDS},
        "components": {
            "messages": {_key(word): _message(word, shape) for word, shape in named},
            "schemas": _renamed(schemas),
        },
    }


def _key(word: Word) -> str:
    return word.path.replace("/", "_")


def _channel(word: Word) -> dict[str, Any]:
    parameters = {
        "site": {"description": "The building."},
        "area": {"description": "Where in it."},
        "device": {"description": "The device, which is its user at the broker."},
    }
    return {
        "address": f"{BRANCH}/{word.path}",
        "parameters": parameters,
        "messages": {_key(word): {"$ref": f"#/components/messages/{_key(word)}"}},
    }


def _operation(word: Word) -> dict[str, Any]:
    """As the controller sees it: it sends commands and receives all else."""
    retained = is_retained(f"wh/v1/site/area/device/{word.path}")
    return {
        "action": "send" if word.by == "host" else "receive",
        "channel": {"$ref": f"#/channels/{_key(word)}"},
        "summary": word.says,
        "bindings": {"mqtt": {"qos": 1, "retain": retained}},
    }


def _message(word: Word, shape: Any) -> dict[str, Any]:
    return {"name": _key(word), "summary": word.says, "payload": shape}


def _renamed(value: Any) -> Any:
    """References to generic shapes without the brackets, which a reference may not have."""
    if isinstance(value, dict):
        return {key: _renamed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each) for each in value]
    if isinstance(value, str) and value.startswith("#/components/schemas/"):
        return value.replace("[", "_").replace("]", "")
    return value
