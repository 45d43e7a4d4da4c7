// The entry: wires the stream, the API and the panels.
