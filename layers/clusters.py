"""Overdose clusters: the hull of each, coloured by its weight, with size, period, substances and stability."""

from datetime import UTC, datetime
from typing import Final

import numpy as np

from watchfloor.geo.clusters import Cluster, Clusters
from watchfloor.geo.facts import FactKind
from watchfloor.geo.substances import BY_ID
from watchfloor.layers.legends import Legend, kind_of, ramp_legend
from watchfloor.layers.palettes import Scale, Theme, ramp
from watchfloor.layers.vectors import Shape, Vectors

SECONDS_PER_DAY: Final = 86_400
MOST_SUBSTANCES: Final = 3
_EDGE: Final[dict[Theme, str]] = {"dark": "#ffe3dc", "light": "#3a1c50"}


def cluster_areas(clusters: Clusters, theme: Theme) -> Vectors:
    """The hull of each cluster, the heaviest below."""
    found = clusters.found
    weight = np.array([cluster.weight for cluster in found], np.float64)
    steps = Scale.of(weight).steps(weight)
    colours = ramp("health", theme)
    return Vectors(
        Shape.AREAS,
        [np.array(cluster.area.exterior.coords)[:, 0] for cluster in found],
        [np.array(cluster.area.exterior.coords)[:, 1] for cluster in found],
        names=tuple(cluster_name(cluster) for cluster in found),
        columns={
            "fill": ["#{:02x}{:02x}{:02x}".format(*colours[step]) for step in steps],
            "line": [_EDGE[theme]] * len(found),
            "width": [1.5] * len(found),
            "alpha": [0.55] * len(found),
            "weight": [f"{cluster.weight:,.0f}" for cluster in found],
            "extent": [f"{cluster.diameter_km:,.1f} km" for cluster in found],
            "span": [written_span(cluster) for cluster in found],
        },
        hover=(("Overdoses", "weight"), ("Across", "extent"), ("Period", "span")),
    )


def cluster_name(cluster: Cluster) -> str:
    """The name of a cluster in links: its middle, to about a kilometre."""
    return f"{cluster.lon:.2f},{cluster.lat:.2f}"


def written_span(cluster: Cluster) -> str:
    """First to last day of a cluster."""
    if cluster.first_day is None or cluster.last_day is None:
        return "days not released"
    first, last = (datetime.fromtimestamp(day * SECONDS_PER_DAY, UTC) for day in (cluster.first_day, cluster.last_day))
    return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"


def written_facts(cluster: Cluster) -> tuple[str, ...]:
    """Sentences about a cluster, for the side panel."""
    facts = [
        f"{cluster.weight:,.0f} overdoses at {cluster.n_places:,} places, {cluster.diameter_km:,.1f} km across.",
        f"Period: {written_span(cluster)}.",
        f"Stability {cluster.stability:.2f} of 1: how firmly its places belong together.",
    ]
    shares = sorted(cluster.shares.items(), key=lambda pair: -pair[1])[:MOST_SUBSTANCES]
    if shares:
        named = ", ".join(f"{BY_ID[number].name.lower()} {share:.0%}" for number, share in shares if number in BY_ID)
        facts.append(f"Substances: {named} (they overlap).")
    return tuple(facts)


def clusters_legend(clusters: Clusters, theme: Theme, *, sees_health: bool) -> Legend:
    """What the hulls mean, and what stands in none of them."""
    scale = Scale.of(np.array([cluster.weight for cluster in clusters.found]))
    kind = kind_of(FactKind.EVENTS, is_suppressed=not sees_health)
    base = ramp_legend("Overdose clusters", "overdoses in a cluster", kind, name="health", scale=scale, theme=theme)
    inside = sum(cluster.weight for cluster in clusters.found)
    known = inside + clusters.noise_weight + clusters.excluded_weight
    n = len(clusters.found)
    lines = [f"{inside:,.0f} of {known:,.0f} overdoses in {n:,} cluster{'' if n == 1 else 's'}"]
    if clusters.excluded_weight:
        lines.append(f"{clusters.excluded_weight:,.0f} known too coarsely to be clustered")
    return Legend(base.title, base.unit, base.kind, base.colours, base.ticks, lines=tuple(lines))
