// Pinterest tag (core.js). Events go nowhere; their callbacks are called.
var p = command("pintrk", "queue", function () { later(last(arguments), [true]); });
p.version = p.version || "3.0";
