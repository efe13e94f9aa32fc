"""What the pipeline costs, measured beside its peers and its limit in one run."""
