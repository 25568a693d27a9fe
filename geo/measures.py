"""Measures of reported aggregates: unit, and whether values may be added over time and place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure; `amount_unit` names the sum that stands beside a count, if any."""

    code: str
    layer: str
    title: str
    unit: str
    is_additive: bool
    amount_unit: str | None = None


MEASURES: tuple[Measure, ...] = (
    Measure("seizures_reported", "seizures", "Seizures (reported per month and area)", "events", True, "kg"),
    Measure("overdose_deaths_12m", "overdoses", "Overdose deaths, 12 months ending", "deaths", False),
    Measure("deaths_12m", "overdoses", "Deaths of all causes, 12 months ending", "deaths", False),
    Measure("deaths_pending_percent_12m", "overdoses", "Deaths pending investigation, 12 months ending", "%", False),
    Measure("drugs_specified_percent_12m", "overdoses", "Overdose deaths with drugs specified", "%", False),
    Measure("trucks", "ports", "Trucks", "crossings", True),
    Measure("truck_containers_full", "ports", "Truck containers, full", "containers", True),
    Measure("truck_containers_empty", "ports", "Truck containers, empty", "containers", True),
    Measure("trains", "ports", "Trains", "crossings", True),
    Measure("train_passengers", "ports", "Train passengers", "persons", True),
    Measure("rail_containers_full", "ports", "Rail containers, full", "containers", True),
    Measure("rail_containers_empty", "ports", "Rail containers, empty", "containers", True),
    Measure("buses", "ports", "Buses", "crossings", True),
    Measure("bus_passengers", "ports", "Bus passengers", "persons", True),
    Measure("personal_vehicles", "ports", "Personal vehicles", "crossings", True),
    Measure("personal_vehicle_passengers", "ports", "Personal vehicle passengers", "persons", True),
    Measure("pedestrians", "ports", "Pedestrians", "persons", True),
    Measure("vessel_calls", "ports", "Vessel calls", "calls", True),
)

BY_CODE = {m.code: m for m in MEASURES}
