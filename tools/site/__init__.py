"""The site around the pages: what they load, what stands above them, and all of it put together.

Each module imports only those before it::

    zip        the site in one file, for a classroom with no internet
    assets     what the site serves beside our own files, fetched and verified
    lint       the linter and the type check of JavaScript
    bytecode   what the in-browser Python imports at its start, compiled
    pyodide    the in-browser Python with its packages
    live       what "Run this page" loads
    lite       JupyterLite with the book's notebooks
    downloads  the notebooks that pages offer for download
    fonts      the typeface, cut to the book
    offers     the PDFs and EPUBs that pages offer, as far as they are printed
    landing    the first page, above the editions and of each
    publish    the headers for hosts and the sitemap
    serve      a server on localhost
    build      `make book` and `make serve`
    card       the picture shown where an address is shared
"""
