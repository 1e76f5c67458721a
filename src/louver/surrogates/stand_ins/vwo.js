// VWO. There are no experiments; what was hidden until one was chosen is shown.
unhide("_vis_opt_path_hides");
if (w.VWO && w.VWO.push && w.VWO.push.runs) return;
var code = w._vwo_code;
if (code && typeof code.finish === "function") tried(code.finish, [], code);
w.VWO = line(w.VWO, function (item) { if (typeof item === "function") item(); });
w._vis_opt_queue = line(w._vis_opt_queue, function (f) { if (typeof f === "function") f(); });
set(w.VWO, "event visitor modifyClickPath activate");
w._vwo_exp = w._vwo_exp || {};
w._vwo_exp_ids = w._vwo_exp_ids || [];
