// Google IMA for streams with ads stitched in. The stream is refused, so that players fall back to their own.
var google = (w.google = w.google || {}), ima = (google.ima = google.ima || {});
if (ima.dai && ima.dai.api) return;
var api = ((ima.dai = ima.dai || {}).api = {});
["StreamRequest", "LiveStreamRequest", "VODStreamRequest", "PodStreamRequest", "PodVodStreamRequest",
  "VideoStitcherLiveStreamRequest", "VideoStitcherVodStreamRequest", "UiSettings", "DaiSdkSettings"]
  .forEach(function (name) { api[name] = function () {}; api[name].prototype = set({}, "setLocale"); });
api.StreamRequest.StreamFormat = { HLS: "hls", DASH: "dash" };
api.StreamEvent = { Type: {} };
("AD_BREAK_ENDED AD_BREAK_STARTED AD_PERIOD_ENDED AD_PERIOD_STARTED AD_PROGRESS CLICK COMPLETE CUEPOINTS_CHANGED " +
  "ERROR FIRST_QUARTILE LOADED MIDPOINT PAUSED RESUMED SKIPPABLE_STATE_CHANGED SKIPPED STARTED STREAM_INITIALIZED " +
  "THIRD_QUARTILE TIMED_METADATA VIDEO_CLICKED").split(" ").forEach(function (name) {
  api.StreamEvent.Type[name] = name.toLowerCase().replace(/_(.)/g, function (whole, c) { return c.toUpperCase(); });
});
api.StreamManager = function () { this.heard = []; };
api.StreamManager.prototype = set({
  addEventListener: function (types, f) { this.heard.push([[].concat(types), f]); },
  removeEventListener: function (types, f) { this.heard = this.heard.filter(function (one) { return one[1] !== f; }); },
  requestStream: function () {
    var event = {
      type: "error", getAd: give(null),
      getStreamData: give({ errorMessage: "no stream", streamId: "", url: "", subtitles: [] })
    };
    this.heard.forEach(function (one) { if (one[0].indexOf("error") >= 0) later(one[1].handleEvent || one[1], [event]); });
  },
  streamTimeForContentTime: function (time) { return time; },
  contentTimeForStreamTime: function (time) { return time; },
  previousCuePointForStreamTime: give(null)
}, "focus loadStreamMetadata onTimedMetadata processMetadata replaceAdTagParameters reset setClickElement");
