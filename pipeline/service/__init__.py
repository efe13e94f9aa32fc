"""The service: Dagster kept going on a machine of one's own, all that it remembers in one folder."""

from pipeline.service.home import instance_settings, prepare_home
from pipeline.service.up import Address, up

__all__ = ["Address", "instance_settings", "prepare_home", "up"]
