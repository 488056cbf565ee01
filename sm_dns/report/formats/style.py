"""The look of the printable page: one style sheet, A4, black on white with one blue; page numbers in print."""

from __future__ import annotations

from sm_dns.report.sanitize import clean
from sm_dns.report.texts import say

_SHEET = """
@page { size: A4; margin: 24mm 20mm 22mm 22mm;
  @top-center { content: %(label)s; font: bold 10pt %(fonts)s; letter-spacing: 0.12em; }
  @bottom-center { content: %(label)s; font: bold 10pt %(fonts)s; letter-spacing: 0.12em; }
  @bottom-right { content: %(page)s counter(page) %(of)s counter(pages); font: 8pt %(fonts)s; color: #444; } }
* { box-sizing: border-box; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
html { font: 10pt/1.4 %(fonts)s; color: #1a1a1a; background: #fff; }
body { max-width: 180mm; margin: 0 auto; padding: 8mm; overflow-wrap: break-word; }
header { display: flex; align-items: center; gap: 6mm; padding-bottom: 3mm; border-bottom: 1.5pt solid #123a66; }
header img { max-height: 22mm; max-width: 40mm; }
header p { margin: 0; font-size: 9pt; color: #333; }
header .agency { font-size: 14pt; font-weight: bold; color: #123a66; line-height: 1.25; }
header .department { font-size: 10.5pt; font-weight: bold; color: #1a1a1a; }
.mark { margin: 4mm 0 0 auto; border-collapse: collapse; font-size: 9pt; }
.mark th { text-align: left; font-weight: normal; color: #444; padding: 0 3mm 0 0; }
.mark td { padding: 0; }
h1 { font-size: 16pt; line-height: 1.25; margin: 7mm 0 0; }
.kind { font-size: 11.5pt; color: #333; margin: 1mm 0 5mm; }
h2 { font-size: 11.5pt; color: #123a66; margin: 7mm 0 2mm; padding-bottom: 0.8mm; border-bottom: 0.5pt solid #123a66;
  break-after: avoid; }
p { margin: 1.5mm 0; orphans: 2; widows: 2; }
ul { margin: 1.5mm 0; padding-left: 5mm; font-size: 9pt; break-inside: avoid; }
li { margin: 0.6mm 0; break-inside: avoid; }
h2 + .note { break-after: avoid; }
.note, .empty { font-size: 9pt; color: #444; }
.empty { font-style: italic; }
.warning { border: 1pt solid #8a1c1c; border-left-width: 4pt; padding: 2mm 3mm; font-weight: bold; color: #6d1212;
  break-inside: avoid; }
.headline { font-size: 12.5pt; font-weight: bold; margin: 5mm 0; padding: 3.5mm 4mm; background: #f1f4f9;
  border-left: 3pt solid #123a66; break-inside: avoid; }
table { border-collapse: collapse; }
.facts { width: 100%%; font-size: 9.5pt; margin: 1.5mm 0; }
.facts th { text-align: left; font-weight: normal; color: #444; width: 44%%; padding: 0.9mm 4mm 0.9mm 0; }
.facts td { padding: 0.9mm 0; font-variant-numeric: tabular-nums; }
.facts tr { border-bottom: 0.4pt solid #d9dde3; break-inside: avoid; }
.facts th, .facts td, .rows td { vertical-align: top; }
.rows { width: 100%%; font-size: 9pt; margin: 2mm 0 3mm; }
.rows thead { display: table-header-group; }
.rows th { text-align: left; background: #f1f4f9; border-bottom: 0.8pt solid #123a66; padding: 1.2mm 1.8mm;
  vertical-align: bottom; }
.rows td { border-bottom: 0.4pt solid #d9dde3; padding: 0.9mm 1.8mm; }
.long { overflow-wrap: anywhere; }
.rows tr { break-inside: avoid; }
.rows td.figure { white-space: nowrap; }
.rows .figure { text-align: right; font-variant-numeric: tabular-nums; }
.rows .total td { font-weight: bold; border-top: 0.8pt solid #123a66; border-bottom: 0.8pt solid #123a66; }
figure { margin: 2.5mm 0; break-inside: avoid; }
svg { display: block; width: 100%%; }
.shut { display: inline-block; width: 6mm; height: 0; border-top: 2pt solid #c9780a; vertical-align: middle; }
.signatures { width: 100%%; margin-top: 10mm; break-inside: avoid; break-before: avoid; font-size: 9pt; }
.signatures td { width: 50%%; padding-right: 10mm; vertical-align: top; }
.signatures .line { display: block; height: 9mm; border-bottom: 0.5pt solid #1a1a1a; margin-bottom: 0.8mm; }
.source { margin-top: 7mm; padding-top: 1.5mm; border-top: 0.4pt solid #999; font-size: 8pt; color: #444; }
.label { text-align: center; font-weight: bold; letter-spacing: 0.12em; margin: 0 0 4mm; }
@media print { body { max-width: none; padding: 0; } .label { display: none; } }
"""
_FONTS = '"Liberation Sans", Arial, "DejaVu Sans", sans-serif'


def style(language: str, label: str) -> str:
    """The style sheet, with the classification label at the head and foot of every printed page."""
    return _SHEET % {
        "fonts": _FONTS,
        "label": css_string(label),
        "page": css_string(f"{say(language, 'page')} "),
        "of": css_string(f" {say(language, 'of_pages')} "),
    }


def css_string(text: str) -> str:
    """A string of CSS in which only ASCII letters and digits stand for themselves (CSS Syntax 3, section 4.3.7)."""
    inside = (char if char.isascii() and char.isalnum() else f"\\{ord(char):x} " for char in clean(text))
    return f'"{"".join(inside)}"'
