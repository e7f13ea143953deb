"""Figures in the text format that Prometheus reads (version 0.0.4)."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = Mapping[str, str]


class Metric(NamedTuple):
    """A figure, or one for each set of labels; `kind` is gauge or counter."""

    name: str
    kind: str
    help: str
    values: tuple[tuple[Labels, float], ...]


def one(name: str, kind: str, help: str, value: float) -> Metric:
    """A figure without labels."""
    return Metric(name, kind, help, (({}, value),))


def render(metrics: Iterable[Metric]) -> str:
    """All metrics, in their order."""
    lines: list[str] = []
    for metric in metrics:
        lines += [f"# HELP {metric.name} {metric.help}", f"# TYPE {metric.name} {metric.kind}"]
        lines += [f"{metric.name}{_labels(labels)} {value:.12g}" for labels, value in metric.values]
    return "\n".join(lines) + "\n"


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escape(value)}"' for name, value in labels.items()) + "}"


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
