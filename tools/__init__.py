"""The tools that make the book: run as `python -m tools.NAME`, mostly through the Makefile.

environment   .venv from hash-locked requirements        sphinx_editions   one edition out of a bilingual notebook
notebooks     the contract's housekeeping on book/       sphinx_discovery  language links, canonical addresses
pairs         English cells and their Korean partners    publish           chooser page, sitemap
editions      a notebook in one language, or in both     build             `make book` and `make serve`
execute       each notebook once, cached                 check             `make test`
project       addresses and titles, from one place       browser           the Chromium that the tests drive
"""
