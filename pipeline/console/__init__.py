"""SQL by anybody on the published file: each query in a process of its own, that can read that file and nothing else.

A room of its own, since such a process has to start fast: it knows neither the web nor the warehouse.

What stands between a query and the machine, one behind the other:

1. `gate`: one statement, a SELECT, of functions that look at the published file and nothing else;
2. DuckDB: read-only, without external access, extensions, secrets and Python's variables, its configuration locked;
3. `sandbox`: a process with its own empty folder, an empty environment, limits of the kernel on memory, processor and
   files, and on Linux with Landlock no other file and no connection at all;
4. `processes`: the clock. What takes too long is killed; no process does a second query.
"""

from pipeline.console.answers import Answer, Refused
from pipeline.console.limits import CSV, PAGE, Limits
from pipeline.console.processes import Console

__all__ = ["CSV", "PAGE", "Answer", "Console", "Limits", "Refused"]
