"""The platform's state, read from the state directory (contracts §1 to §4); never written here."""
