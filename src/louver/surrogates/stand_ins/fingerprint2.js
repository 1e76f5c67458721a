// FingerprintJS 1 and 2. Every browser has the same fingerprint, of nothing.
if (w.Fingerprint2) return;
var hash = "00000000000000000000000000000000";
function F() { if (!(this instanceof F)) return new F(); }
F.prototype.get = function (f) { later(f, [hash, []]); return hash; };
F.get = function () { later(last(arguments), [[]]); };
F.getPromise = function () { return promise([]); };
F.getV18 = function () { later(last(arguments), [hash, []]); };
F.x64hash128 = give(hash);
F.transform = function (list, f) { return list.map(f); };
F.VERSION = "2.1.5";
w.Fingerprint2 = F;
w.Fingerprint = w.Fingerprint || function () { this.get = give(0); };
