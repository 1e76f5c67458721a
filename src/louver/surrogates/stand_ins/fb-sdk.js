// Facebook SDK for JavaScript. The visitor is nobody, plug-ins stay empty, and dialogs are closed at once.
if (w.FB && w.FB.init && w.FB.api) return;
var nobody = { status: "unknown", authResponse: null }, refused = { error_message: "not available", error_code: 4201 };
function status(f) { later(f, [nobody]); }
w.FB = set({
  getLoginStatus: status, login: status, logout: status,
  getAccessToken: give(null), getAuthResponse: give(null), getUserID: give(""),
  api: function () { later(last(arguments), [{ error: { message: "not available", type: "OAuthException", code: 1 } }]); },
  ui: function (options, f) { later(f, [refused]); },
  AppEvents: set({ EventNames: {}, ParameterNames: {} }, "activateApp clearUserID getUserID logEvent logPageView " +
    "logPurchase setUserID updateUserProperties"),
  Canvas: set({ Prefetcher: set({}, "addStaticResource setCollectionMode") }, "getPageInfo scrollTo setAutoGrow setSize"),
  Event: set({}, "subscribe unsubscribe"),
  XFBML: { parse: function (element, f) { later(typeof element === "function" ? element : f); } }
}, "init share");
later(w.fbAsyncInit);
