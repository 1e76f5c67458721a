// Microsoft Advertising (bat.js). Pages make a queue of theirs into a UET object once the script has loaded.
if (w.UET) return;
w.UET = function (options) {
  options = options || {};
  this.beaconParams = {};
  this.uetConfig = {};
  this.push = noop;
  this.q = [];
  this.ti = options.ti;
};
