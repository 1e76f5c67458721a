// Commanders Act (tc_*.js). No tag is fired.
var t = (w.tC = w.tC || {});
if (t.event && t.container) return;
t.event = set({}, "click contact page_view purchase");
t.container = set({}, "reload");
t.internalvars = t.internalvars || {};
t.privacy = t.privacy || {};
t.extend = function (into, from) { for (var key in from) into[key] = from[key]; return into; };
set(t, "addConstantVars addCookie eventTarget eval getCookie log removeCookie setCookie script");
t.getCookie = give("");
w.tc_events_global = w.tc_events_global || noop;
w.tC_events = w.tC_events || noop;
w.cact = command("cact", "q", function () { later(last(arguments), [{ consent: { status: "optout-all" } }]); });
