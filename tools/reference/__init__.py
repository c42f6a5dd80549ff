"""From raw public files to the reference tables that ship with Skolnät, one idea a module."""
