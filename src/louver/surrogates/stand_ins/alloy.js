// Adobe Experience Platform Web SDK (alloy.js). Every command is done at once and has no result.
unhide("alloy-prehiding at-body-style");
function result(command, options) {
  if (command === "appendIdentityToUrl") return { url: options && options.url };
  if (command === "getIdentity") return { identity: { ECID: "" }, edge: { regionId: 0 } };
  if (command === "getLibraryInfo") return { libraryInfo: { version: "0", commands: [], configs: {} } };
  return { decisions: [], destinations: [], inferences: [], propositions: [] };
}
(w.__alloyNS || []).forEach(function (name) {
  if (typeof w[name] !== "function") return;
  // The base code queues [resolve, reject, arguments].
  w[name].q = line(w[name].q, function (item) { item[0](result(item[2][0], item[2][1])); });
});
