"""The book as text: notebooks read, compared, executed and turned into editions.

Each module imports only those before it::

    words       the book's own words in two languages, and how both stand together
    markdown    headings, labels, formulas and links of a cell
    numbers     of chapters, from the table of contents, and the links that say them
    cells       tags, languages and pairs of cells
    figures     their anchors, and the links in the text that set them
    predictions  what waits until a reader has made up his mind
    pictures    those that cells show, and whether two of them look the same
    execute     each notebook once, cached
    reference   the public names of the package, and the names in texts that mean them
    length      how long a chapter takes, how many exercises it has
    editions    a bilingual notebook in one language, or in both
    notebooks   normalise, store outputs, say that pairs were checked, renumber links
    jupyter     an edition as a notebook, for JupyterLite
    downloads   the same for any Jupyter, which may have to install the package
    grading     exercises as assignments for nbgrader and Otter
    lecture     how long the slides of a chapter take, place by place
    places      the sections of the chapters by their labels, and links that name them
    glossary    terms, their meanings, and where they are taught
    quantities  numbers as a text writes them
    formulas    those that are arithmetic, and what others find
    computed    the numbers of the texts, and what computes them
    every_number  the appendix of all numbers
    rosetta     other libraries beside ours
    made        the appendices that are made of these
    kit         pages for lecturers: plans, questions, boards, syllabi
"""
