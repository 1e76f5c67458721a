// FreeWheel's AdManager. The request for ads fails at once, so that players go on with their content.
var tv = (w.tv = w.tv || {}), fw = (tv.freewheel = tv.freewheel || {});
if (fw.SDK && fw.SDK.AdManager) return;
var sdk = (fw.SDK = { Ad: noop, CreativeRendition: noop, version: "0" });
("EVENT_AD EVENT_AD_IMPRESSION EVENT_AD_IMPRESSION_END EVENT_CONTENT_VIDEO_PAUSE_REQUEST EVENT_CONTENT_VIDEO_RESUME_REQUEST " +
  "EVENT_ERROR EVENT_REQUEST_COMPLETE EVENT_SLOT_ENDED EVENT_SLOT_STARTED EVENT_USER_ACTION EVENT_TYPE_CLICK " +
  "PARAMETER_LEVEL_GLOBAL PARAMETER_LEVEL_PROFILE PLATFORM_EVENT VIDEO_STATE_PLAYING VIDEO_STATE_PAUSED VIDEO_STATE_STOPPED " +
  "VIDEO_STATE_COMPLETED TIME_POSITION_CLASS_PREROLL TIME_POSITION_CLASS_MIDROLL TIME_POSITION_CLASS_POSTROLL " +
  "TIME_POSITION_CLASS_OVERLAY VIDEO_ASSET_AUTO_PLAY_TYPE_ATTENDED VIDEO_ASSET_AUTO_PLAY_TYPE_UNATTENDED " +
  "CAPABILITY_STATUS_ON CAPABILITY_STATUS_OFF LOG_LEVEL_QUIET LOG_LEVEL_INFO LOG_LEVEL_DEBUG")
  .split(" ").forEach(function (name) { sdk[name] = name.replace(/^EVENT_/, "").toLowerCase(); });
sdk.setLogLevel = noop;
function Context() { this.heard = []; }
Context.prototype = set({
  addEventListener: function (type, f) { this.heard.push([type, f]); },
  removeEventListener: function (type, f) { this.heard = this.heard.filter(function (one) { return one[1] !== f; }); },
  submitRequest: function () {
    var event = { type: sdk.EVENT_REQUEST_COMPLETE, success: false };
    this.heard.forEach(function (one) { if (one[0] === event.type) later(one[1], [event]); });
  }
}, "addKeyValue addTemporalSlot addNonTemporalSlot addVideoPlayerNonTemporalSlot addRenderer dispose registerVideoDisplayBase " +
  "resize setAdVolume setCapability setContentVideoElement setParameter setProfile setSiteSection setVideoAsset " +
  "setVideoAssetCurrentTimePosition setVideoDisplaySize setVideoState startSubsession");
set(Context.prototype, "getTemporalSlots getSlotsByTimePositionClass getNonTemporalSlots", function () { return []; });
Context.prototype.getSlotByCustomId = give(null);
sdk.AdManager = function () {};
sdk.AdManager.prototype = set({
  newContext: function () { return new Context(); },
  newContextWithContext: function () { return new Context(); }
}, "dispose setNetwork setServer setLocation");
