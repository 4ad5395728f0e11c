"""The book to hand out: PDFs for paper and screen, and an EPUB, made from the pages of the built site.

Each module imports only those before it::

    words     what a handout says beside the book, and its variants
    pages     the article of a page as a tree, cut to a variant, its links led elsewhere
    sheets    chapters put together: a cover, contents with page numbers, running heads
    finish    what a PDF has beside its sheets: its name, links to the files beside it; packed
    press     all of it through a browser, twice, since only paper knows its page numbers
    drawings  figures whose colours no longer lean on a style sheet
    epub      the same chapters as an EPUB
"""
