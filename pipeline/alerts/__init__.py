"""Alerts: what went wrong in the night, told to people once by webhook and mail; told again when it is well."""

from pipeline.alerts.alert import Alert, make_alert
from pipeline.alerts.outbox import Delivery, deliver, is_empty, post, try_way, waiting
from pipeline.alerts.troubles import open_troubles, recover, report
from pipeline.alerts.ways import Undelivered, Way, configured_ways

__all__ = [
    "Alert",
    "Delivery",
    "Undelivered",
    "Way",
    "configured_ways",
    "deliver",
    "is_empty",
    "make_alert",
    "open_troubles",
    "post",
    "recover",
    "report",
    "try_way",
    "waiting",
]
