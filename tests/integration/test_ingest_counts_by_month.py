"""Monthly counts of others in the store: overdose deaths of the CDC, visits at US principal ports."""

from pathlib import Path

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest import cdc_vsrr, port_visits, principal_ports
from watchfloor.data.ingest.format import Format
from watchfloor.data.ingest.pipeline import Order, RunReport, ingest
from watchfloor.data.registry import PUBLIC

VSRR = "State,Year,Month,Indicator,Data Value,Predicted Value,Percent Pending Investigation,Footnote\n"
HEROIN = "CT,2017,June,Heroin (T40.1),474,473,0.5,\n"


def load(store, form: Format, *paths: Path) -> RunReport:
    return ingest(store, Order(form, PUBLIC, "tests"), paths)


def rows(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question).fetchall()


def test_a_completed_count_supersedes_and_the_provisional_one_stays_known(store, tmp_path) -> None:
    for text in (HEROIN, HEROIN.replace("474", "480")):
        (tmp_path / "vsrr.csv").write_text(VSRR + text)
        report = load(store, cdc_vsrr.FORMAT, tmp_path / "vsrr.csv")
    assert report.totals() == {"read": 2, "loaded": 0, "unchanged": 1, "superseded": 1, "quarantined": 0}
    known = "SELECT value FROM watchfloor.reported WHERE recorded_to {} 'infinity' ORDER BY value"
    assert (rows(store, known.format("=")), rows(store, known.format("<"))) == ([(473,), (480,)], [(474,)])


def test_twelve_month_counts_stand_in_no_series_that_is_added_up(store, tmp_path) -> None:
    (tmp_path / "vsrr.csv").write_text(VSRR + HEROIN)
    load(store, cdc_vsrr.FORMAT, tmp_path / "vsrr.csv")
    assert rows(
        store,
        "SELECT DISTINCT m.is_additive FROM watchfloor.series AS s JOIN watchfloor.measure AS m ON m.id = s.measure_id",
    ) == [(False,)]


@pytest.mark.real
def test_the_real_overdose_counts_are_loaded_whole_and_only_once(store, real_data) -> None:
    path = real_data / "overdose/cdc_vsrr_state_overdose_counts_2015_2018.csv.gz"
    first, second = (load(store, cdc_vsrr.FORMAT, path) for _ in range(2))
    zero = {"superseded": 0, "quarantined": 0}
    # 10,374 rows; 7,527 of them with a prediction; the share pending of 2,067 months
    assert first.totals() == {"read": 19_968, "loaded": 19_968, "unchanged": 0, **zero}
    assert second.totals() == {"read": 19_968, "loaded": 0, "unchanged": 19_968, **zero}
    assert first.files[0].notes == {"value with a footnote": 3_990}
    # New York is given without its city: only with both do the jurisdictions come to the nation
    question = (
        "SELECT p.kind = 'country', sum(r.value) FROM watchfloor.reported AS r "
        "JOIN watchfloor.series AS s ON s.id = r.series_id JOIN watchfloor.measure AS m ON m.id = s.measure_id "
        "JOIN watchfloor.place AS p ON p.id = s.place_id "
        "WHERE m.code = 'deaths_12m' AND r.ends = '2017-07-01' GROUP BY 1 ORDER BY 1"
    )
    assert rows(store, question) == [(False, 2_794_097), (True, 2_794_097)]


@pytest.mark.real
def test_the_real_visits_and_ports_are_loaded_whole_and_only_once_in_either_order(store, real_data) -> None:
    visits = real_data / "ports/us_principal_ports_ais_monthly_visits_2022.csv.gz"
    ports = real_data / "ports/usace_principal_ports.csv.gz"
    first, listed = load(store, port_visits.FORMAT, visits), load(store, principal_ports.FORMAT, ports)
    again, listed_again = load(store, port_visits.FORMAT, visits), load(store, principal_ports.FORMAT, ports)
    zero = {"superseded": 0, "quarantined": 0}
    assert first.totals() == {"read": 1_162, "loaded": 1_162, "unchanged": 0, **zero}
    assert again.totals() == {"read": 1_162, "loaded": 0, "unchanged": 1_162, **zero}
    # the visits knew 109 of the ports already; the list adds rank and tons to them
    assert listed.totals() == {"read": 150, "loaded": 41, "unchanged": 0, "superseded": 109, "quarantined": 0}
    assert listed_again.totals() == {"read": 150, "loaded": 0, "unchanged": 150, **zero}
    ours = "FROM watchfloor.place WHERE code LIKE 'USACE-%'"
    assert rows(store, f"SELECT count(*), count(*) FILTER (WHERE attributes ? 'usace_rank') {ours}") == [(150, 150)]
    assert rows(store, "SELECT count(*), sum(value) FROM watchfloor.reported WHERE value = 0") == [(0, None)]
