"""The programme on the web: events, applications, questions, people, and studies on the map.

A Django project on top of the library. ``skolnat.web`` may import any room below it; no room
imports Django. Where things lie: ``docs/web.md``.
"""
