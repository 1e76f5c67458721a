// TikTok pixel. Events go nowhere; ready functions are called.
var name = w.TiktokAnalyticsObject || "ttq", t = w[name];
if (t && t._standing) return;
var waiting = t && t.slice ? t.slice() : [];
t = w[name] = t || [];
t.length = 0;
function ready(f) { later(f); }
function pixel(p) {
  set(p, "alias clearQueue debug disableCookie enableCookie group grantConsent holdConsent identify load off on once page " +
    "revokeConsent setAnonymousId track trackForm trackLink user");
  p.ready = ready;
  return p;
}
pixel(t);
t.instance = function () { return pixel([]); };
t.instances = function () { return []; };
t._standing = true;
t.push = function (item) { if (typeof t[item[0]] === "function") t[item[0]].apply(t, [].slice.call(item, 1)); };
waiting.forEach(function (item) { tried(t.push, [item]); });
