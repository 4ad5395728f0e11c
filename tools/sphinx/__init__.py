"""The Sphinx extensions of the book, each with a `setup` of its own; `_config.yml` lists them.

None imports another but as listed::

    editions    a bilingual notebook read as one edition, one fragment per label
    numbers     chapters numbered as the table of contents has them, parts in the sidebar
    korean      particles that stay with their words
    code        long code that breaks where a reader would break it
    mathml      formulas written when the book is built
    search      search that finds Korean
    figures     figures that respond, on the pages that have any
    discovery   links between the editions, addresses, descriptions, the way to run a page
    theme       the book's own theme and the colours of code
"""
