"""The tools that make the book: run as `python -m tools.NAME`, mostly through the Makefile.

Making the book::

    environment       .venv from hash-locked requirements
    project           names and addresses, each from one place
    execute           each notebook once, cached
    editions          a bilingual notebook in one language, or in both
    sphinx_editions   the same inside Sphinx, and one fragment per label
    sphinx_discovery  links between the editions, addresses, descriptions
    sphinx_figures    figures that respond, on the pages that have any
    publish           the chooser page and the sitemap
    build, serve      `make book` and `make serve`

Keeping it right::

    markdown          headings, labels, formulas and links of a cell
    pairs             what English cells and their Korean partners share
    notebooks         normalise, execute and store, declare pairs checked
    nbval_figures     figures compared by their specs
    browser           the Chromium that the tests drive
    check             `make test`
    binder            the Binder image's packages, tried
    lock              renew the hash-locked requirements
"""
