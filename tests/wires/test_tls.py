"""TLS to a real broker: its certificate is verified, ours is shown, each failure names its fix."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api.certificates import Authority
from devices.mosquitto import BrokerMissing, Mosquitto
from devices.settings import DevicesWrong, read_devices
from devices.transports.mqtt import MqttTransport
from devices.transports.mqtt_connection import Broker
from tests.until import until
from tests.wires.ears import Ear

SCAN = "wh/v1/main/out/sorter-01/evt/scan"
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("house"), NOW)


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("stranger"), NOW)


@contextmanager
def secured(
    home: Path, house: Authority, host: str = "127.0.0.1", ca: str = ""
) -> Iterator[Mosquitto]:
    certificate, key = (str(file) for file in house.server([host]))
    try:
        broker = Mosquitto(home, {"sorter-01": "word"}, tls=(certificate, key, ca))
    except BrokerMissing as missing:
        pytest.skip(str(missing))
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


@contextmanager
def wire(login: Broker) -> Iterator[Ear]:
    """Somebody who listens over this connection, once it is up or has failed."""
    transport, ear = MqttTransport(login), Ear(True)
    transport.watch(ear.changed)
    transport.listen(SCAN, ear.hear)
    transport.start()
    try:
        yield ear
    finally:
        transport.stop()


def refused(login: Broker) -> str:
    with wire(login) as ear:
        ear.wait(lambda ear: not any("not connected yet" in why for why in ear.wire.values()))
        return ear.wait_down()


def own_certificate(folder: Path, name: str) -> tuple[str, str]:
    """A client's certificate, which is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW.replace(year=NOW.year - 1, day=1))
        .not_valid_after(NOW.replace(year=NOW.year + 1, day=1))
        .sign(key, hashes.SHA256())
    )
    files = folder / f"{name}.pem", folder / f"{name}.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(files[0]), str(files[1])


def test_a_broker_of_the_houses_authority_is_trusted(tmp_path: Path, house: Authority) -> None:
    with (
        secured(tmp_path, house) as broker,
        wire(broker.login(ca=str(house.file))) as ear,
    ):
        ear.wait_up()
        device = MqttTransport(broker.login("sorter-01", ca=str(house.file)))
        device.start()
        until(lambda: device.connected)
        device.send(SCAN, b"over TLS")
        assert ear.wait_for(1) == [b"over TLS"]
        device.stop()


def test_another_authority_is_named_with_the_fix(
    tmp_path: Path, house: Authority, stranger: Authority
) -> None:
    with secured(tmp_path, house) as broker:
        why = refused(broker.login(ca=str(stranger.file)))
    assert f"127.0.0.1:{broker.port}" in why
    assert f"is not signed by {stranger.file}" in why
    assert "set ca in [broker]" in why


def test_a_certificate_for_another_name_is_refused(tmp_path: Path, house: Authority) -> None:
    with secured(tmp_path, house, host="broker.local") as broker:
        assert "its certificate is not for 127.0.0.1" in refused(broker.login(ca=str(house.file)))


def test_a_port_without_tls_is_told(mosquitto: Mosquitto, house: Authority) -> None:
    why = refused(mosquitto.login(ca=str(house.file)))
    assert "is this its port with TLS (8883)?" in why


def test_a_broker_that_asks_who_we_are_is_shown_our_certificate(
    tmp_path: Path, house: Authority
) -> None:
    certificate, key = own_certificate(tmp_path, "pickwright")
    with secured(tmp_path / "broker", house, ca=certificate) as broker:
        with wire(broker.login(ca=str(house.file), certificate=certificate, key=key)) as ear:
            ear.wait_up()
        why = refused(broker.login(ca=str(house.file)))
    assert "it may ask for a certificate of ours: set certificate and key" in why


def test_a_wire_in_the_clear_to_a_port_with_tls_is_told(tmp_path: Path, house: Authority) -> None:
    with secured(tmp_path, house) as broker:
        assert "it may speak TLS at this port: set ca" in refused(broker.login())


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ('ca = "absent.pem"', "absent.pem: No such file"),
        ('ca = "devices.toml"', "devices.toml holds no certificate as PEM"),
        ('key = "own.key"', "belongs to a certificate: name that too"),
        ('certificate = "own.pem"\nkey = "absent.key"', "absent.key: No such file"),
        ('certificate = "own.pem"\nkey = "own.pem"', "no certificate and its key"),
        ("insecure = true", "insecure"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_before_use(
    tmp_path: Path, setting: str, says: str
) -> None:
    own_certificate(tmp_path, "own")
    path = tmp_path / "devices.toml"
    path.write_text(f'[broker]\nhost = "10.0.0.5"\n{setting}\n')
    with pytest.raises(DevicesWrong, match=r"\[broker\]") as wrong:
        read_devices(path)
    assert says in str(wrong.value)
