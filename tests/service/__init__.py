"""Tests of the service: Dagster as it is kept going."""
