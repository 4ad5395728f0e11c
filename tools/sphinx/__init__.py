"""The Sphinx extensions of the book, each with a `setup` of its own; `_config.yml` lists them.

None imports another but as listed::

    editions    a bilingual notebook read as one edition, one fragment per label
    kept        what a browser keeps for a reader: by which names, and the scripts that keep it
    numbers     chapters numbered as the table of contents has them, parts in the sidebar
    predictions  answers that wait, and the buttons that show them
    korean      particles that stay with their words
    reference   the docstrings of the package, and the links that lead to them
    rosetta     the library that a reader wants to see beside ours
    code        long code that breaks where a reader would break it
    mathml      formulas written when the book is built
    search      search that finds Korean
    collect     the page on which a lecturer sees who has passed what
    figures     figures that respond, on the pages that have any
    discovery   links between the editions, addresses, descriptions, the way to run a page
    colophon    how long a page takes, how it is cited, where an error is reported
    theme       the book's own theme and the colours of code
"""
