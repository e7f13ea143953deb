"""IX-F member exports (github.com/euro-ix/json-schemas), versions 0.4 to 1.0."""
