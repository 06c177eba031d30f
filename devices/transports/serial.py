"""Owns serial ports: opened with their settings, read in chunks. It refuses to know who speaks."""

from dataclasses import dataclass
from typing import Final, Literal

import serial

READ_S: Final = 0.2
WRITE_S: Final = 2.0
READ_MAX: Final = 4_096

Parity = Literal["none", "even", "odd"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """The settings of a serial port, as they stand on the device's own menu."""

    port: str
    baud: int = 9_600
    bits: Literal[7, 8] = 8
    parity: Parity = "none"
    stop_bits: Literal[1, 2] = 1
    handshake: Literal["none", "rts_cts", "xon_xoff"] = "none"

    def __str__(self) -> str:
        return f"serial port {self.port}"


class SerialChannel:
    """An open port. Raises: OSError when it is not there, or another program has it."""

    def __init__(self, port: Port) -> None:
        self._serial = serial.Serial(
            port.port,
            baudrate=port.baud,
            bytesize=port.bits,
            parity=port.parity[0].upper(),
            stopbits=port.stop_bits,
            rtscts=port.handshake == "rts_cts",
            xonxoff=port.handshake == "xon_xoff",
            timeout=READ_S,
            write_timeout=WRITE_S,
            exclusive=True,
        )
        self._serial.reset_input_buffer()  # the tail of a frame whose start nobody heard

    def read(self) -> bytes:
        first = bytes(self._serial.read(1))
        return first and first + bytes(self._serial.read(min(self._serial.in_waiting, READ_MAX)))

    def write(self, payload: bytes) -> None:
        self._serial.write(payload)

    def close(self) -> None:
        self._serial.close()
