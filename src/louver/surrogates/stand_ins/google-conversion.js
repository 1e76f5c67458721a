// Google Ads conversion tracking (conversion.js, conversion_async.js). What was to follow a conversion follows.
if (w.google_trackConversion) return;
w.google_trackConversion = function (options) {
  later(options && options.onload_callback);
  return true;
};
