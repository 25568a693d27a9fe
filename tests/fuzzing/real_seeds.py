"""Seeds cut from the real public files, where they are: a head of each, so that a case takes milliseconds."""

import gzip
import io
import os
from pathlib import Path

import pyarrow.parquet as pq

from .seeds import PLACES_MAP, Seed

_LINES = 150
_ROWS = 400
_FILES: dict[str, tuple[str, str]] = {
    "seizures/cbp_nationwide-drugs-fy19-fy22.csv.gz": ("cbp-drugs", "lines"),
    "overdose/ct_accidental_drug_deaths_2012_2022.csv.gz": ("ct-overdose", "lines"),
    "overdose/cdc_vsrr_state_overdose_counts_2015_2018.csv.gz": ("cdc-vsrr", "lines"),
    "ports/bts_border_crossing_entry_1996_2019.parquet": ("bts-crossings", "rows"),
    "ports/nga_world_port_index_pub150.csv.gz": ("world-port-index", "lines"),
    "ports/us_principal_ports_ais_monthly_visits_2022.csv.gz": ("port-visits", "lines"),
    "ports/usace_principal_ports.csv.gz": ("principal-ports", "lines"),
    "sanctions/ofac_sdn_narcotics_sample.csv.gz": ("ofac-sdn", "lines"),
    "sanctions/ofac_sdn_narcotics_addresses.csv.gz": ("ofac-sdn", "lines"),
    "tracks/ais_marinecadastre_2017_01_zone01.csv.gz": ("ais-marinecadastre", "lines"),
    "tracks/ais_global_sample_2019_07_01.csv.gz": ("ais-csv", "lines"),
    "tracks/ais_dma_raw_nmea_2013_11_12.txt.gz": ("ais-nmea", "lines"),
    "tracks/adsb_opensky_quickstart_2021.parquet": ("adsb-parquet", "rows"),
    "tracks/adsb_opensky_switzerland_2018.parquet": ("adsb-parquet", "rows"),
    "boundaries/natural_earth_countries_110m.topo.json": ("boundaries", "whole"),
    "boundaries/mexico_states_natural_earth.topo.json.gz": ("boundaries", "whole"),
    "boundaries/noaa_us_maritime_limits_and_boundaries.shp.zip": ("shapefile", "whole"),
}
_LIMITS_MAP = (
    PLACES_MAP.replace('"area"', '"limit"')
    .replace("{code}", "US-{OBJECTID}")
    .replace("{name}", "{REGION}: {FEAT_TYPE}")
)


def real_seeds(form: str) -> list[Seed]:
    """Heads of the real files of a format; none where WATCHFLOOR_REAL_DATA names no folder."""
    folder = os.environ.get("WATCHFLOOR_REAL_DATA")
    if not folder:
        return []
    return [_seed(Path(folder) / path, form, how) for path, (of, how) in _FILES.items() if of == form]


def _seed(path: Path, form: str, how: str) -> Seed:
    content = path.read_bytes()
    if how == "lines":
        head = b"".join(gzip.decompress(content).splitlines(keepends=True)[:_LINES])
        content = gzip.compress(head, mtime=0)
    elif how == "rows":
        held = io.BytesIO()
        pq.write_table(pq.read_table(path).slice(0, _ROWS), held, compression="zstd")
        content = held.getvalue()
    return Seed(form, path.name, content, _LIMITS_MAP if form == "shapefile" else None)
