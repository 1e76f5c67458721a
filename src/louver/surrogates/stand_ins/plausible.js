// Plausible. Nobody is counted; the callbacks of events are called.
command("plausible", "q", function (name, options) { later(options && options.callback); });
