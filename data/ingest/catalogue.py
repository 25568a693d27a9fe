"""All source formats by name: a new one is its module and one line here."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from watchfloor.data.ingest import (
    adsb_parquet,
    ais_csv,
    ais_marinecadastre,
    ais_nmea,
    boundaries,
    bts_crossings,
    cbp_drugs,
    cdc_vsrr,
    csv_map,
    ct_overdose,
    geojson,
    geopackage,
    kml,
    ods,
    ofac_sdn,
    port_visits,
    principal_ports,
    shapefile,
    stix,
    world_port_index,
    xlsx,
)
from watchfloor.data.ingest.format import Format, Options
from watchfloor.data.ingest.mapping import Mapping, load_mapping
from watchfloor.data.ingest.mapping_text import MappingText, mapping_text
from watchfloor.geo.errors import BadQuestion

FORMATS: dict[str, Format] = {
    module.FORMAT.name: module.FORMAT
    for module in (
        cbp_drugs,
        ct_overdose,
        bts_crossings,
        world_port_index,
        ais_marinecadastre,
        boundaries,
        cdc_vsrr,
        port_visits,
        principal_ports,
        ais_csv,
        ais_nmea,
        adsb_parquet,
        ofac_sdn,
        csv_map,
        xlsx,
        ods,
        geojson,
        geopackage,
        kml,
        shapefile,
        stix,
    )
}
# tables whose columns only a mapping tells
TABLES = {"csv", "xlsx", "ods"}
# features, which have a mapping of their own where none is given
FEATURES = {"geojson", "geopackage", "kml", "shapefile"}


def find_format(name: str) -> Format:
    """The format of that name.

    Raises BadQuestion with the names that there are.
    """
    if name not in FORMATS:
        raise BadQuestion(f"there is no format {name!r}; there are: {', '.join(sorted(FORMATS))}")
    return FORMATS[name]


def configured_format(name: str, mapping: Path | MappingText | None) -> tuple[Format, Options]:
    """The format of that name and its options; with the source that the mapping names, if it takes one.

    Raises BadQuestion for an unknown format or a mapping where none is needed, or the other way round;
    BadFile if the mapping is none.
    """
    form = find_format(name)
    if name in FEATURES:
        return _configured_features(form, mapping)
    if name not in TABLES:
        if mapping is not None:
            raise BadQuestion(
                f"the format {name} has its own columns: --map is for {', '.join(sorted(TABLES | FEATURES))}"
            )
        return form, Options()
    if mapping is None:
        raise BadQuestion(
            f"the format {name} needs --map FILE.toml, which says what the columns mean: docs/csv-mapping.md"
        )
    return _mapped(form, mapping, Mapping.in_table)


def _configured_features(form: Format, mapping: Path | MappingText | None) -> tuple[Format, Options]:
    return (form, Options()) if mapping is None else _mapped(form, mapping, Mapping.of_features)


def _mapped(form: Format, mapping: Path | MappingText, fit: Callable[[Mapping], Mapping]) -> tuple[Format, Options]:
    """The run notes which mapping it was: a kept one by its number, a file by its name and digest."""
    text = mapping_text(mapping) if isinstance(mapping, Path) else mapping
    read = load_mapping(text, fit)
    values: dict[str, object] = {"map": read}
    if text.number is None:
        values["mapping"] = f"{text.name}, SHA-256 {text.sha256}"
    return replace(form, source=read.source_info()), Options(values, mapping=text.number)
