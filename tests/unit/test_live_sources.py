"""Live feeds before the store: where they come from, lines cut out of bytes, what is kept when there is no room."""

import pytest

from watchfloor.data.ingest.nmea_sentences import LONGEST_LINE
from watchfloor.data.live.decoding import Decoder
from watchfloor.data.live.inbox import Inbox, Line, Splitter, Taken
from watchfloor.data.live.replay import parse_speed
from watchfloor.data.live.sources import Way, parse_source
from watchfloor.geo.errors import BadQuestion

SENTENCE = b"!AIVDM,1,1,,A,13@:`L001N0ded0O6Fp8wW<00<0t,0*7F"
FIRST_PART = b"!AIVDM,2,1,%d,A,55NPNhT2?>Jt<4tr221PDr1HTq@0000000000016BPJ<9550R?lhDm3k,0"


def sealed(text: bytes) -> bytes:
    checksum = 0
    for letter in text[1:]:
        checksum ^= letter
    return text + b"*%02X" % checksum


@pytest.mark.parametrize(
    ("text", "way", "host", "port"),
    [
        ("tcp://localhost:10110", Way.TCP, "127.0.0.1", 10110),
        ("tcp-listen://127.0.0.1:5", Way.TCP_LISTEN, "127.0.0.1", 5),
        ("udp://[::1]:10110", Way.UDP, "::1", 10110),
    ],
)
def test_a_source_is_named_by_way_host_and_port(text, way, host, port) -> None:
    source = parse_source(text)
    assert (source.way, source.host, source.port) == (way, host, port)


@pytest.mark.parametrize("text", ["tcp://192.0.2.1:10110", "udp://0.0.0.0:10110", "tcp://sender.example:10110"])
def test_another_address_than_loopback_is_named_on_purpose_or_refused(text) -> None:
    with pytest.raises(BadQuestion, match="--beyond-this-machine"):
        parse_source(text)
    assert parse_source(text, is_beyond_machine=True).port == 10110


@pytest.mark.parametrize(
    "text", ["", "10110", "tcp://127.0.0.1", "http://127.0.0.1:1", "udp://127.0.0.1:99999", "file:",
             "tcp://127.0.0.1:1/x", "tcp://a@127.0.0.1:1"],
)  # fmt: skip
def test_what_is_no_source_is_refused(text) -> None:
    with pytest.raises(BadQuestion):
        parse_source(text)


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "fast", "1e9"])
def test_a_speed_is_a_number_of_times_or_max(text) -> None:
    assert (parse_speed("max"), parse_speed("10")) == (None, 10.0)
    with pytest.raises(BadQuestion):
        parse_speed(text)


def test_bytes_are_cut_into_lines_wherever_they_are_cut_themselves() -> None:
    data = b"one\r\n\r\ntwo\nthree"
    for size in range(1, len(data)):
        splitter = Splitter()
        lines = [line for i in range(0, len(data), size) for line in splitter.lines(data[i : i + size])]
        assert [line.strip() for line in lines] == [b"one", b"two"]


@pytest.mark.parametrize("size", [1_000, LONGEST_LINE, 65_536, 2**20])
def test_a_megabyte_without_a_newline_is_one_line_too_long_and_is_not_held(size) -> None:
    splitter, most = Splitter(), 0
    for _ in range(2**20 // size):
        assert splitter.lines(b"x" * size) == []
        most = max(most, len(splitter._rest))
    assert splitter.lines(b"x\ngood\n") == [b"good"]
    assert splitter.overlong == 1
    assert most <= LONGEST_LINE


def test_the_newest_lines_are_kept_and_those_that_go_are_counted() -> None:
    inbox = Inbox(most_lines=3)
    inbox.put([b"%d" % number for number in range(5)])
    taken = inbox.take(2)
    assert ([line.raw for line in taken.lines], taken.is_torn) == ([b"2", b"3"], True)
    assert (inbox.heard, inbox.dropped, len(inbox)) == (5, 2, 1)
    rest = inbox.take(2)
    assert ([line.raw for line in rest.lines], rest.is_torn) == ([b"4"], False)


def test_lines_are_bounded_in_bytes_too() -> None:
    inbox = Inbox(most_bytes=100)
    inbox.put([b"x" * 40] * 5)
    assert (len(inbox), inbox.dropped) == (2, 3)


def lines(*raw: bytes, peer: int = 1) -> list[Line]:
    return [Line(one, 1_700_000_000_000_000, peer) for one in raw]


def test_a_sentence_without_a_time_is_of_the_moment_at_which_it_came() -> None:
    sentence = sealed(SENTENCE.partition(b"*")[0])
    decoded = Decoder(takes_arrival=True).decoded(Taken(lines(sentence)))
    fix = decoded.batch.frames["fixes"].row(0, named=True)
    assert fix["at"].timestamp() == 1_700_000_000
    assert Decoder(takes_arrival=False).decoded(Taken(lines(sentence))).malformed == 1


def test_after_a_gap_no_sentence_gets_the_time_of_another() -> None:
    sentence = sealed(SENTENCE.partition(b"*")[0])
    block = b"c:1384257600"
    checksum = 0
    for letter in block:
        checksum ^= letter
    tagged = b"\\%s*%02X\\" % (block, checksum)
    decoder = Decoder(takes_arrival=True)
    decoder.decoded(Taken(lines(tagged + sentence, tagged)))
    torn = decoder.decoded(Taken(lines(sentence, tagged + sentence), is_torn=True))
    assert torn.dropped == 1
    assert [at.year for at in torn.batch.frames["fixes"]["at"]] == [2013]


def test_thousands_of_unfinished_messages_change_a_counter_and_are_not_held() -> None:
    decoder = Decoder(takes_arrival=True)
    begun = [sealed((FIRST_PART % (number % 10)).replace(b",A,", b",%c," % (65 + number // 10 % 26)))
             for number in range(5_000)]  # fmt: skip
    decoded = decoder.decoded(Taken(lines(*begun)))
    assert decoded.batch.read == decoded.malformed == 5_000 - 260
    assert decoded.batch.frames["fixes"].height == decoded.batch.rejects.height == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\xff\xfe" * 100,
        b"!AIVDM,1,1,,A,13@:`L001N0ded0O6Fp8wW<00<0t,0*00",
        b"!AIVDM,999999999,1,1,A,13@:`L001N0ded0O6Fp8wW<00<0t,0*00",
        b"!AIVDM,,,,,,*",
        b"\\c:99999999999999999999*00\\!AIVDM",
        b"<script>alert(1)</script>",
        b"!AIVDM,1,1,,A," + b"w" * 4_000 + b",0*00",
        b"$PGHP,1,9999,99,99,99,99,99,99,1,,1,1,*00",
    ],
)
def test_a_hostile_line_changes_nothing_but_a_counter(raw) -> None:
    decoded = Decoder(takes_arrival=True).decoded(Taken(lines(raw)))
    assert all(frame.height == 0 for frame in decoded.batch.frames.values())
    assert decoded.batch.rejects.height == 0
    assert sum(decoded.batch.notes.values()) >= 1


def test_parts_of_different_senders_are_not_put_together() -> None:
    first = sealed(FIRST_PART % 1)
    second = sealed(b"!AIVDM,2,2,1,A,88888888880,2")
    decoder = Decoder(takes_arrival=True)
    decoder.decoded(Taken(lines(first, peer=1)))
    apart = decoder.decoded(Taken(lines(second, peer=2)))
    assert apart.malformed == 1
    whole = decoder.decoded(Taken(lines(second, peer=1)))
    assert whole.batch.frames["crafts"].height == 1
