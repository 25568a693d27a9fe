"""A sealed part opens with its key alone, and only whole."""

import io
from pathlib import Path

import pytest

from watchfloor.data.address import ExternalAddress
from watchfloor.data.backup_programs import environment
from watchfloor.data.backup_sealing import CHUNK, MARK, PREFIX, TAG, Seal, Sealer, read_secret, unsealed
from watchfloor.geo.errors import BadFile, BadInput

SEAL = Seal.of(b"a secret of more than thirty-two bytes", b"0" * 16)
HEAD = len(MARK) + PREFIX


def sealed(plain: bytes, seal: Seal = SEAL, name: str = "part") -> bytes:
    out = io.BytesIO()
    sealer = Sealer(out, seal, name)
    for start in range(0, len(plain), 70_001):
        sealer.write(plain[start : start + 70_001])
    sealer.finish()
    return out.getvalue()


def opened(data: bytes, seal: Seal = SEAL, name: str = "part") -> bytes:
    return b"".join(unsealed(io.BytesIO(data), seal, name))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7])
def test_what_was_sealed_is_opened_as_it_was(size: int) -> None:
    plain = bytes(range(256)) * (size // 256 + 1)

    assert opened(sealed(plain[:size])) == plain[:size]


def test_equal_parts_look_different_every_time() -> None:
    assert sealed(b"same") != sealed(b"same")


def test_nothing_of_the_plain_bytes_can_be_read() -> None:
    assert b"secret row" not in sealed(b"secret row" * 1000)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda data: data[: HEAD + CHUNK + TAG], "cut off after a whole chunk"),
        (lambda data: data[:-1], "cut off"),
        (lambda data: data + b"x", "longer"),
        (lambda data: data[: HEAD + 5] + bytes([data[HEAD + 5] ^ 1]) + data[HEAD + 6 :], "one bit turned"),
        (
            lambda data: (
                data[:HEAD]
                + data[HEAD + CHUNK + TAG : HEAD + 2 * (CHUNK + TAG)]
                + data[HEAD : HEAD + CHUNK + TAG]
                + data[HEAD + 2 * (CHUNK + TAG) :]
            ),
            "two chunks changed places",
        ),
        (lambda data: data[:HEAD] + data[HEAD + CHUNK + TAG :], "the first chunk taken out"),
        (lambda data: data[: len(MARK)] + bytes(PREFIX) + data[HEAD:], "another nonce"),
        (lambda data: b"", "empty"),
        (lambda data: b"PGDMP" + data, "no sealed part"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_part_that_was_changed_is_not_opened(change, what: str) -> None:
    data = sealed(b"row" * CHUNK)

    with pytest.raises(BadFile):
        opened(change(data))


def test_another_secret_salt_or_part_does_not_open_it() -> None:
    data = sealed(b"row")

    for seal, name in (
        (Seal.of(b"another secret of thirty-two bytes..", b"0" * 16), "part"),
        (Seal.of(b"a secret of more than thirty-two bytes", b"1" * 16), "part"),
        (SEAL, "other"),
    ):
        with pytest.raises(BadFile, match="another one"):
            opened(data, seal, name)


def test_a_key_file_is_long_and_closed_to_others(tmp_path: Path) -> None:
    file = tmp_path / "key"
    with pytest.raises(BadInput, match="cannot be read"):
        read_secret(file)
    file.write_bytes(b"x" * 40 + b"\n")
    file.chmod(0o644)
    with pytest.raises(BadInput, match="chmod 600"):
        read_secret(file)
    file.chmod(0o600)
    assert read_secret(file) == b"x" * 40
    file.write_bytes(b"short\n")
    with pytest.raises(BadInput, match="5 bytes"):
        read_secret(file)


def test_the_password_of_an_external_database_goes_through_the_environment() -> None:
    scheme = "postgresql"
    told = environment(ExternalAddress(f"{scheme}://own:" + "s3cret@db.example:5433/floor?sslmode=require"))

    assert {name: told[name] for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGSSLMODE")} == {
        "PGHOST": "db.example",
        "PGPORT": "5433",
        "PGUSER": "own",
        "PGPASSWORD": "s3cret",
        "PGDATABASE": "floor",
        "PGSSLMODE": "require",
    }
