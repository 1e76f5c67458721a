// Yandex advertising (context.js). Blocks stay empty, and the page's own filling for them is shown.
var Ya = (w.Ya = w.Ya || {}), c = (Ya.Context = Ya.Context || {});
if (c.AdvManager && c.AdvManager.render.runs) return;
function render(options, instead) { later(instead); later(options && options.onError, [{ type: "error", code: "NO_ADS" }]); }
render.runs = true;
c._init = true;
c.AdvManager = set({ render: render, renderWidget: render, getBlock: give(null) }, "destroy destroyWidget");
Ya.adfoxCode = Ya.adfoxCode || set({}, "clearSession destroy initialize moduleLoad reload setModule");
set(Ya.adfoxCode, "create createAdaptive createScroll", function (options) { later(options && options.onStub); });
function run(f) { if (typeof f === "function") f(); }
w.yaContextCb = line(w.yaContextCb, run);
w.yandexContextAsyncCallbacks = line(w.yandexContextAsyncCallbacks, run);
