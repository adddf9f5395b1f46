// An empty unit, so that the module has one.
