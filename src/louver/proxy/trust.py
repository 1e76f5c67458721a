"""Knows how people make a browser of their own trust this installation, in words, and how they take it back."""

from __future__ import annotations

from typing import Final

WHY: Final = """\
To look into encrypted traffic, Louver answers in each site's place with a certificate signed by this authority. It was
made on this computer, its key never leaves it, and nobody else has one like it. `louver browse` needs no set-up: its
browser trusts the authority in a throw-away profile. For a browser of your own, export the certificate:

    louver ca export louver.pem
"""

STEPS: Final = {
    "Firefox (every system)": (
        "Settings, Privacy & Security, Certificates, View Certificates, Authorities, Import; tick websites only"
    ),
    "Chrome, Chromium, Edge, Brave on Linux": (
        "certutil -A -d sql:$HOME/.pki/nssdb -n Louver -t C,, -i louver.pem   (package libnss3-tools or nss-tools)"
    ),
    "Chrome, Edge, Brave, Safari on macOS": (
        "security add-trusted-cert -r trustRoot -p ssl -k ~/Library/Keychains/login.keychain-db louver.pem"
    ),
    "Chrome, Edge, Brave on Windows": "certutil -user -addstore Root louver.pem",
    "Android": (
        "Settings, Security, Encryption & credentials, Install a certificate, CA certificate; apps may ignore it"
    ),
    "iPhone, iPad": (
        "open the file, install the profile, then Settings, General, About, Certificate Trust Settings, switch it on"
    ),
    "A Chromium-family browser, without any store": (
        "--user-data-dir=FOLDER --proxy-server=127.0.0.1:8080 --ignore-certificate-errors-spki-list={spki}"
    ),
    "curl and other programs": "curl --proxy 127.0.0.1:8080 --cacert louver.pem …",
}

AFTERWARDS: Final = """\
Whoever holds the key can pretend to be any site to a browser that trusts the authority. It lies in a folder that only
you can read. Take the authority out of the same places when you stop using Louver; `louver ca remove` deletes the key.
"""


def explanation(spki: str) -> str:
    """Return the whole text, with the key's hash where it is needed."""
    steps = "\n".join(f"  {where}\n    {how.format(spki=spki)}" for where, how in STEPS.items())
    return f"{WHY}\n{steps}\n\n{AFTERWARDS}"
