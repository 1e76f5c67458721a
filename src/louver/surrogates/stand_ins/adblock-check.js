// FuckAdBlock and BlockAdBlock. The check never finds a blocker.
function Check() {}
set(Check.prototype, "clearEvent emitEvent onDetected setOption", itself);
Check.prototype.onNotDetected = function (f) { later(f); return this; };
Check.prototype.on = function (detected, f) { if (detected === false) later(f); return this; };
Check.prototype.check = give(true);
["FuckAdBlock", "fuckAdBlock", "BlockAdBlock", "blockAdBlock", "SniffAdBlock", "sniffAdBlock"].forEach(function (name) {
  if (!w[name]) w[name] = /^[A-Z]/.test(name) ? Check : new Check();
});
