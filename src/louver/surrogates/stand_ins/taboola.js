// Taboola's loader. Its places stay empty, and what waits for them to be drawn hears that there is nothing.
w._taboola = line(w._taboola, function (item) {
  if (item && typeof item === "object") later(item.callback);
});
w.TRC = w.TRC || {};
