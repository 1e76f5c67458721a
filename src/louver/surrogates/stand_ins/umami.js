// Umami. Nobody is counted.
w.umami = w.umami || set({}, "track identify", function () { return promise(); });
