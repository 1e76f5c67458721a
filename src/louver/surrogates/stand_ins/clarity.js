// Microsoft Clarity. Nothing is recorded.
command("clarity", "q", function (what, f) {
  if (what === "metadata") later(f, [{ userId: "", sessionId: "", pageNum: 1, version: "0" }, false]);
});
