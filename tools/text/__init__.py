"""The book as text: notebooks read, compared, executed and turned into editions.

Each module imports only those before it::

    words       the book's own words in two languages, and how both stand together
    markdown    headings, labels, formulas and links of a cell
    numbers     of chapters, from the table of contents, and the links that say them
    cells       tags, languages and pairs of cells
    figures     their anchors, and the links in the text that set them
    execute     each notebook once, cached
    editions    a bilingual notebook in one language, or in both
    notebooks   normalise, store outputs, say that pairs were checked, renumber links
    jupyter     an edition as a notebook for JupyterLite
"""
