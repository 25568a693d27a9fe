"""The forms that records are written in, and by which function."""

from collections.abc import Callable, Mapping
from typing import Final

from watchfloor.data.export.csv_file import write_csv
from watchfloor.data.export.geojson_file import write_geojson
from watchfloor.data.export.geopackage_file import write_geopackage
from watchfloor.data.export.geoparquet_file import write_geoparquet
from watchfloor.data.export.kml_file import write_kml
from watchfloor.data.export.writing import Job
from watchfloor.geo.handing_on import Form

WRITERS: Final[Mapping[Form, Callable[[Job], str]]] = {
    Form.CSV: write_csv,
    Form.GEOJSON: write_geojson,
    Form.GEOPACKAGE: write_geopackage,
    Form.GEOPARQUET: write_geoparquet,
    Form.KML: write_kml,
}
"""Each writes the file of a job and answers the hash of its content."""
