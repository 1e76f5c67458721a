"""Knows how to load the public suffix list that comes with tldextract; never asks the network for a newer one."""

from __future__ import annotations

from tldextract import TLDExtract

from louver.core.sites import Sites


def sites_from_tldextract() -> Sites:
    """Return sites by the bundled list, its private section (github.io, …) included."""
    extract = TLDExtract(suffix_list_urls=(), include_psl_private_domains=True, cache_dir=None)

    def registrable(host: str) -> str:
        parts = extract.extract_str(host)
        if parts.suffix:
            return parts.top_domain_under_public_suffix
        # The list's own default rule: an unknown top-level domain is a suffix of one label.
        return ".".join(host.rsplit(".", 2)[-2:])

    return Sites(registrable)
