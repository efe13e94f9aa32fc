"""The marked corpus: generated reports in which every figure is a number of its own.

A misplaced figure cannot hide in it, because no two cells print the same number. The way of a document:

`report`      a seed gives a `MarkedReport`: who, when, prose, and a mark for every slot of its forms
`layout`      its blocks: paragraphs and tables in the official layout, each table a `Grid` of `Box`es
`variations`  named ways in which real reports stray, each changing a `Draft` in place
`html`, `text`, `docx`, `sheets` a `Draft` as bytes of one format; a further format is one more such module
`office`      a file of one format made another by LibreOffice
`judge`       what extraction made of it, against the truth kept in the draft
"""
