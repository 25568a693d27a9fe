"""The section of a mapping file that says where: columns, their writing, or names for the gazetteer."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from watchfloor.data.ingest.mapping_sections import Column, Section
from watchfloor.geo.errors import BadInput
from watchfloor.geo.precision import PlacePrecision
from watchfloor.geo.reprojection import known_crs

# writings in which one text is a whole place
_ONE_TEXT = ("mgrs", "wkt", "geojson")


def _crs(written: str) -> str:
    try:
        known_crs(written)
    except BadInput as error:
        raise ValueError(str(error)) from error
    return written


type Crs = Annotated[str, AfterValidator(_crs)]
type Writing = Literal["decimal", "dms", "utm", "mgrs", "wkt", "geojson"]


class Place(Section):
    """Where: two columns, or one that holds both numbers; and how closely it is known."""

    lon: Column | None = None
    lat: Column | None = None
    point: Column | None = None
    order: Literal["lon lat", "lat lon"] = "lon lat"
    swapped: bool = False
    crs: Crs = "EPSG:4326"
    precision: PlacePrecision | None = None
    precision_column: Column | None = None
    precision_words: dict[str, PlacePrecision] = Field(default_factory=dict)
    uncertainty_m: Annotated[float, Field(gt=0, le=20_000_000)] | None = None
    uncertainty_column: Column | None = None
    name: Column | None = None
    writing: Writing = "decimal"
    zone_column: Column | None = None
    zone_letters: Literal["band", "hemisphere"] = "band"
    gazetteer: list[Literal["city", "port", "crossing", "state", "aor"]] = Field(default_factory=list)
    required: bool = False
    within: Annotated[list[float], Field(min_length=4, max_length=4)] | None = None

    @property
    def is_in_table(self) -> bool:
        """Whether columns say where; if not, the geometry of a feature does."""
        return self.lon is not None or self.point is not None or bool(self.gazetteer)

    @model_validator(mode="after")
    def _one_way(self) -> "Place":
        if (self.lon is None) != (self.lat is None) or (self.lon is not None and self.point is not None):
            raise ValueError("give lon and lat, or point")
        self._check_writing()
        if self.precision is not None and self.precision_column is not None:
            raise ValueError("give precision or precision_column, not both")
        if self.precision_words and self.precision_column is None:
            raise ValueError("precision_words are for precision_column")
        if self.uncertainty_m is not None and self.uncertainty_column is not None:
            raise ValueError("give uncertainty_m or uncertainty_column, not both")
        return self

    def _check_writing(self) -> None:
        if self.gazetteer and (self.name is None or self.lon is not None or self.point is not None):
            raise ValueError("gazetteer needs name, the column of names, and neither lon and lat nor point")
        if self.writing in _ONE_TEXT and self.lon is not None:
            raise ValueError(f"writing {self.writing!r} is one text: give point, not lon and lat")
        if self.writing not in ("decimal", "wkt", "geojson") and self.crs != "EPSG:4326":
            raise ValueError(f"writing {self.writing!r} says the coordinate system itself: leave crs out")
        if (self.writing == "utm" and self.lon is not None) != (self.zone_column is not None):
            raise ValueError("zone_column is for easting and northing with writing = 'utm', which need it")
