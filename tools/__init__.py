"""The tools that make the book; `python -m tools` lists the tasks, and runs them before anything is installed.

From the ground up, each module imports only those before it::

    environment   .venv from hash-locked requirements
    project       folders, documents and addresses, each from one place
    processes     those that work for a build, and end with it
    internals     all that leans on how other projects work inside
    browser       the Chromium that the tests drive
    rosetta       the snippets of other libraries, executed where these are installed

    text          notebooks and their words: pairs, editions, outputs
    sphinx        the extensions that make pages of them
    site          what stands around the pages, and the whole put together
    handouts      the book on paper and as an EPUB, from the built pages

    race          the race of chapter "Why initialization matters", run and recorded
    clinic        the patients of chapter "Diagnose", trained and recorded
    tying         the study that chapter "Tied parameters" draws, run and recorded
    data          real data and trained weights, taken from packages and kept
    binder        the Binder image's packages, tried
    lock          renew what is locked by hashes
    weekly        links to follow, pins that have a newer version
    hangul        the font with which matplotlib measures Hangul
    twice         one commit built twice, and interrupted, compared byte for byte
    check         lint and every test, step by step
"""
