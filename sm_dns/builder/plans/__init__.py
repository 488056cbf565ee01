"""What optional parts of the service are to do, of the configuration: one module a part."""
