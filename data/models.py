"""All models of the store on one metadata: import this to see every table."""

from watchfloor.data import (
    access_models,
    fact_models,
    feeds_models,
    intake_models,
    kept_models,
    live_models,
    mapping_models,
    partner_models,
    pole_models,
    run_models,
    search_models,
    track_event_models,
)
from watchfloor.data.tables import Base

metadata = Base.metadata

MODULES = (
    access_models,
    fact_models,
    feeds_models,
    intake_models,
    kept_models,
    live_models,
    mapping_models,
    partner_models,
    pole_models,
    run_models,
    search_models,
    track_event_models,
)
