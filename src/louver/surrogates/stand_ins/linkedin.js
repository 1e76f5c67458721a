// LinkedIn Insight tag (insight.min.js). Conversions go nowhere.
command("lintrk", "q", function (what, options) { later(options && options.callback); });
w._already_called_lintrk = true;
