"""Pages of contacts: for everybody, for who asks and answers by a link, for the association."""
