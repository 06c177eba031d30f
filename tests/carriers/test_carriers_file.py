"""The carriers file: every problem by name, and secrets that show nowhere."""

import pickle
from pathlib import Path

import pytest

from api.carriers.carriers_file import read_carriers
from api.carriers.deliverer import Carriers
from api.carriers.secrets import Secret
from api.errors import WrongInput
from tests.api.command_line import CommandLine
from tests.carriers.conftest import SIGNS, Shipping, write
from tests.carriers.peer import TOKEN, Peer


def problems(peer: Peer, folder: Path, old: str, new: str) -> str:
    path = write(peer, folder, lambda text: text.replace(old, new))
    with pytest.raises(WrongInput) as told:
        read_carriers(path)
    return str(told.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('kind = "rest"', 'kind = "pigeon"', "kind is 'pigeon': one of rest, files, karrio"),
        ("patience_s", "patients", "unknown field `patients`"),
        ('{ env = "SNAIL_TOKEN" }', '"tok"', 'a secret is { env = "NAME" } or { file = "PATH" }'),
        ('"SNAIL_TOKEN"', '"NO_SUCH_NAME"', "the environment has no NO_SUCH_NAME: set it"),
        ('{ env = "SNAIL_TOKEN" }', '{ file = "none" }', "none cannot be read"),
        ('tracking = "shipment.number", ', "", "[carriers.Snail.calls.buy] answer lacks the path"),
        ("[carriers.Snail.calls.check]", "[carriers.Snail.calls.chek]", "chek] is no call; known"),
        ('"accepted"', '"taken"', "PICKED UP = 'taken': is none of announced"),
        ("http://127.0.0.1", "http://carrier.example", "url is an https:// address"),
        ("?reference={reference}", "", "asks without {reference}"),
    ],
)
def test_a_wrong_file_is_refused_by_the_name_of_what_is_wrong(
    carriers: Carriers, peer: Peer, tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert carriers.connected
    assert told in problems(peer, tmp_path, old, new)


def test_secrets_show_nowhere(
    shipping: Shipping, peer: Peer, capfd: pytest.CaptureFixture[str], carriers: Carriers
) -> None:
    peer.tokens.append("another")  # ours is refused, and the refusal repeats it
    shipping.pack()
    shipping.until(lambda: len(shipping.purchases()) == 2)
    shipping.until(lambda: shipping.deliverer.states()[0].down)
    shipping.step()
    tables = ("journal", "outbox", "event", "alarm", "occurrence", "purchase", "carrier")
    kept = "".join(str(shipping.floor.all(f"SELECT * FROM {table}")) for table in tables)
    assert "credentials: HTTP 401" in kept
    said = capfd.readouterr()
    for secret in (TOKEN, SIGNS):
        assert secret not in kept + said.out + said.err + repr(carriers)
    with pytest.raises(TypeError):
        pickle.dumps(Secret(TOKEN))


def test_an_oauth_token_that_has_run_out_is_fetched_anew(
    carriers: Carriers, peer: Peer, tmp_path: Path
) -> None:
    assert carriers.connected
    oauth = f'auth = "oauth", client = "us", token_url = "{peer.url}/token",'
    path = write(peer, tmp_path, lambda text: text.replace('auth = "bearer",', oauth))
    adapter = read_carriers(path).connected[0].adapter
    assert adapter.check() == "answers, and knows us"
    peer.tokens.append("the carrier forgot ours")
    assert adapter.check() == "answers, and knows us"
    assert peer.count("POST", "/token") == 2
    adapter.close()


def test_a_carrier_is_tried_from_the_command_line(
    carriers: Carriers, peer: Peer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert carriers.connected
    check, path = CommandLine(capsys), write(peer, tmp_path)
    good = check("carrier", "check", "--carriers", path)
    assert (good.code, good.out.splitlines()[0]) == (0, "Snail: ok: answers, and knows us")
    peer.tokens.append("another")
    bad = check("carrier", "check", "Snail", "--carriers", path)
    assert (bad.code, bad.out.splitlines()[0]) == (1, "Snail: FAILED: credentials: HTTP 401")
    assert TOKEN not in bad.out + bad.err
    wrong = check("carrier", "check", "Swift", "--carriers", path)
    assert (wrong.code, "there are Snail" in wrong.err) == (2, True)
