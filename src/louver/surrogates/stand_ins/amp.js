// AMP runtime (v0.js). The page is shown at once, with its pictures; functions waiting for the runtime get none.
var style = d.createElement("style");
style.textContent = "body{animation:none!important;-webkit-animation:none!important;visibility:visible!important;opacity:1!important}";
(d.head || d.documentElement).appendChild(style);
function draw() {
  [].forEach.call(d.querySelectorAll("amp-img[src]"), function (picture) {
    if (picture.querySelector("img")) return;
    var image = d.createElement("img");
    ["src", "srcset", "alt", "width", "height"].forEach(function (key) {
      if (picture.hasAttribute(key)) image.setAttribute(key, picture.getAttribute(key));
    });
    image.style.cssText = "max-width:100%;height:auto";
    picture.style.display = "inline-block";
    picture.appendChild(image);
  });
}
if (d.readyState === "loading") d.addEventListener("DOMContentLoaded", draw);
else draw();
