"""Write one document of the corpus for a look: ``python -m tests.corpus html 7 header_repeated gb18030``."""

from __future__ import annotations

import argparse
import sys

from tests.corpus.compose import FORMS, Recipe
from tests.corpus.variations import FORMATS, VARIATIONS

parser = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
parser.add_argument("format", choices=FORMATS)
parser.add_argument("seed", type=int)
parser.add_argument("variations", nargs="*", choices=sorted(VARIATIONS))
parser.add_argument("--forms", default="2021/2021", choices=["/".join(forms) for forms in FORMS])
parser.add_argument("--truth", action="store_true", help="the slots and what they print, instead of the document")
arguments = parser.parse_args()

recipe = Recipe(arguments.seed, arguments.format, tuple(arguments.variations), tuple(arguments.forms.split("/")))
draft, data = recipe.write()
if arguments.truth:
    for slot, mark in draft.truth.items():
        print(slot, mark.status, repr(mark.raw), mark.value, mark.unit or "", sep="\t")
else:
    sys.stdout.buffer.write(data)
