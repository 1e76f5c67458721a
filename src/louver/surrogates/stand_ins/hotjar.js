// Hotjar. Nothing is recorded.
var hj = command("hj", "q", noop);
w.hj.event = w.hj.event || { signal: noop };
w._hjSettings = w._hjSettings || {};
hj.scriptLoaded = true;
