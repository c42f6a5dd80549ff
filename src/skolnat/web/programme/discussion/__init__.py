"""Threads on events, calls, pilots and studies: who may see the thing may read what is said of it.

The app knows none of these things: each app that owns some describes them (:mod:`.subjects`).
"""
