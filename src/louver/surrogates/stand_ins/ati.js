// AT Internet SmartTag. Hits go nowhere; the callbacks of clicks are called.
if (w.ATInternet && w.ATInternet.Tracker) return;
function Tag() {
  function hits(names) {
    return set({}, names, function (options) { later(options && options.callback); return true; });
  }
  var names = "set send add remove onDispatch";
  var t = this;
  ("aisle cart click clickListener clickNavigation clickTouch clickDownload clickExit clickAction clientSideUserId " +
    "campaigns customObject customVars customTreeStructure dynamicLabel ecommerce event events identifiedVisitor " +
    "internalSearch location mvTesting onlineAds order orderTracking page privacy product products publisher publishers " +
    "richMedia rm selfPromotion selfPromotions tags utils visitor storage")
    .split(" ").forEach(function (part) { t[part] = hits(names); });
  t.privacy = set({}, "extendIncludeBuffer extendIncludeStorage setMode setVisitorMode setVisitorOptin setVisitorOptout");
  set(t.privacy, "getMode getVisitorMode", give("optout"));
  set(t, "dispatch", function () { return true; });
  set(t, "setConfig setContext setParam setProp setProps sendHit setParams delParam delProp", itself);
  set(t, "getConfig getContext getParam getProps", function () { return {}; });
}
w.ATInternet = { Tracker: { Tag: Tag, instances: [], pluginProtos: {} }, Utils: {} };
later(w.ATInternetCallback);
