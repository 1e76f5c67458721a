// Permutive. Visitors have no segments, and who waits for them is told so.
var p = (w.permutive = w.permutive || {});
if (p.ready && p.ready.runs) return;
var waiting = [].slice.call(p.q || []);
set(p, "addon consent identify on once reset set track trigger");
p.ready = p.readyWithTimeout = function (f) { later(f); };
p.ready.runs = true;
p.segments = function (f) { later(f, [[]]); return []; };
p.segment = function (id, f) { later(f, [false]); return false; };
p.user = function (f) { later(f, [null]); };
p.context = p.context || {};
p.q = [];
// The page's stub queues {functionName, arguments}.
waiting.forEach(function (item) {
  if (typeof p[item.functionName] === "function") p[item.functionName].apply(p, [].slice.call(item.arguments || []));
});
