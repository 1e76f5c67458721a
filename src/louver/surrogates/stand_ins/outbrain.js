// Outbrain's widget. Its places stay empty.
var o = (w.OBR = w.OBR || {});
if (o.extern && o.extern.researchWidget) return;
o.extern = set({
  returnedHtmlData: noop,
  video: set({}, "getVideoRecs videoClicked"),
  getCountOfRecs: give(0), getStat: give(null)
}, "callClick callLoadMore callRecs callUserZapping callWhatIs cancelRecommendation cancelRecs closeCard closeModal " +
  "closeTbx errorInjectionHandler onOdbReturn recClicked refreshWidget reloadWidget renderSpaWidgets researchWidget " +
  "returnedDlRec returnedError returnedIrdData returnedJsonData sanitizeUrl setUserConsent");
o.error = o.viewHandler = noop;
o.printLog = noop;
w.OB_releaseVer = w.OB_releaseVer || "0";
