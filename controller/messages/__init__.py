"""Owns the vocabulary: every command, its reply, and the screen that a worker sees.

A command is the only way to change the warehouse. Its `id` is made by the sender and is sent
again unchanged until an answer arrives; a message is plain frozen data, so the same bytes serve
HTTP, MQTT, the journal and the simulator.
"""

from typing import Any

from controller.messages.access import (
    AddApiKey,
    CloseSession,
    CountSignIn,
    DeactivateWorker,
    KeepSession,
    OpenSession,
    RevokeApiKey,
    SessionOpened,
    SetPin,
)
from controller.messages.command import Command, Done, Fields, from_json, to_json, without_personal
from controller.messages.devices import (
    BeltReported,
    ContainerSeen,
    Decision,
    DeviceFault,
    DivertConfirmed,
    Event,
    LabelBought,
    LabelPrinted,
    OutboxGivenUp,
    WeightRead,
)
from controller.messages.handheld import Scan, ScanReply, Screen, SignIn, SignOut
from controller.messages.orders import (
    AnnounceReceipt,
    AnnounceReturn,
    CancelOrder,
    ChangeOrder,
    OrderCancelled,
    OrderLine,
    OrderPlaced,
    PayOrder,
    PlaceOrder,
    Recipient,
    ReturnAnnounced,
)
from controller.messages.planning import (
    ApplyTour,
    ExplainWaiting,
    FireTimer,
    PlannedLoad,
    PlannedParcel,
    PlannedPick,
    TourApplied,
)
from controller.messages.site import (
    CartonType,
    Container,
    ImportContainers,
    ImportItems,
    ImportPlaces,
    ImportStock,
    ImportWorkers,
    Item,
    Place,
    SetUpSite,
    ShippingService,
    SiteSettings,
    StockLine,
    Worker,
)
from controller.messages.supervising import (
    AcknowledgeAlarm,
    GiveUpJob,
    PrioritiseOrder,
    RepeatJob,
    ReprintLabel,
    StartBelt,
    StopBelt,
)

COMMANDS: dict[str, type[Command[Any]]] = {
    name: kind
    for name, kind in sorted(globals().items())
    if isinstance(kind, type) and issubclass(kind, Command) and kind is not Command
}

__all__ = [
    "AcknowledgeAlarm",
    "AddApiKey",
    "AnnounceReceipt",
    "AnnounceReturn",
    "ApplyTour",
    "BeltReported",
    "COMMANDS",
    "CancelOrder",
    "CartonType",
    "ChangeOrder",
    "CloseSession",
    "Command",
    "Container",
    "ContainerSeen",
    "CountSignIn",
    "DeactivateWorker",
    "Decision",
    "DeviceFault",
    "DivertConfirmed",
    "Done",
    "Event",
    "ExplainWaiting",
    "Fields",
    "FireTimer",
    "GiveUpJob",
    "ImportContainers",
    "ImportItems",
    "ImportPlaces",
    "ImportStock",
    "ImportWorkers",
    "Item",
    "KeepSession",
    "LabelBought",
    "LabelPrinted",
    "OpenSession",
    "OrderCancelled",
    "OrderLine",
    "OrderPlaced",
    "OutboxGivenUp",
    "PayOrder",
    "Place",
    "PlaceOrder",
    "PlannedLoad",
    "PlannedParcel",
    "PlannedPick",
    "PrioritiseOrder",
    "Recipient",
    "RepeatJob",
    "ReprintLabel",
    "ReturnAnnounced",
    "RevokeApiKey",
    "Scan",
    "ScanReply",
    "Screen",
    "SessionOpened",
    "SetPin",
    "SetUpSite",
    "ShippingService",
    "SignIn",
    "SignOut",
    "SiteSettings",
    "StartBelt",
    "StockLine",
    "StopBelt",
    "TourApplied",
    "WeightRead",
    "Worker",
    "from_json",
    "to_json",
    "without_personal",
]
