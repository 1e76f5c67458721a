var w = window, d = document;
function noop() {}
function itself() { return this; }
function give(value) { return function () { return value; }; }
// A page's own function is called after the script that called us, and its errors are the page's.
function later(f, args, of) {
  if (typeof f === "function") setTimeout(function () { f.apply(of, args || []); }, 0);
}
function tried(f, args, of) {
  try { return f.apply(of, args || []); } catch (error) { setTimeout(function () { throw error; }, 0); }
}
function promise(value) {
  if (w.Promise) return w.Promise.resolve(value);
  return { then: function (f) { later(f, [value]); return this; }, "catch": itself };
}
function set(object, names, f) {
  names.split(" ").forEach(function (name) { object[name] = f || noop; });
  return object;
}
function last(args) {
  for (var i = args.length - 1; i >= 0; i--) if (typeof args[i] === "function") return args[i];
}
// What waits in a queue is run now, and what is pushed later at once.
function line(waiting, run) {
  var list = waiting && waiting.push ? waiting : [], push = function () {
    for (var i = 0; i < arguments.length; i++) tried(run, [arguments[i]]);
    return arguments.length;
  };
  if (list.push.runs) return list;
  var old = [].slice.call(list);
  list.length = 0;
  push.runs = true;
  list.push = push;
  push.apply(list, old);
  return list;
}
// A global function that pages call with commands; the page's own stub stays, since others may hold on to it.
function command(name, key, run) {
  var f = w[name];
  if (typeof f !== "function") f = w[name] = function () { return f[key].push(arguments); };
  f[key] = line(f[key], function (args) { return run.apply(f, args); });
  return f;
}
function unhide(ids) {
  ids.split(" ").forEach(function (id) {
    var style = d.getElementById(id);
    if (style && style.parentNode) style.parentNode.removeChild(style);
  });
}
