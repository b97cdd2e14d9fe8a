"""One module a sender: the bodies it posts, in its own format."""
