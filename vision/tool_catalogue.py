"""The tools as people choose among them: by what they are for, called by their names, with what they learn from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Group = Literal["find", "compare", "presence", "measure", "count", "read", "surface", "models", "logic", "checks"]
TaughtFrom = Literal["good", "good_and_bad", "kinds", "colour", "values", "texts", "files"]
PICTURES = Path(__file__).with_name("pictures")


@dataclass(frozen=True, slots=True)
class Entry:
    """One tool."""

    group: Group
    english: str
    german: str
    taught_from: TaughtFrom | None = None
    """good: images of good parts; good_and_bad: of both; kinds: of each kind, by its name; colour: regions over it;
    values: the numbers that are shown; texts: what is written; files: the user's own"""

    def title(self, language: str) -> str:
        return self.german if language == "de" else self.english


CATALOGUE: Mapping[str, Entry] = {
    "locate": Entry("find", "Locate by shape", "Lage nach Form", "good"),
    "pattern_match": Entry("find", "Locate by pattern", "Lage nach Muster", "good"),
    "locate_blob": Entry("find", "Locate by area", "Lage nach Fläche", "good"),
    "golden_template": Entry("compare", "Golden template", "Vergleich mit Gutmuster", "good"),
    "outline": Entry("compare", "Outline", "Kontur", "good"),
    "presence": Entry("presence", "Presence", "Anwesenheit", "good_and_bad"),
    "classify": Entry("presence", "Kinds", "Sorten", "kinds"),
    "area": Entry("presence", "Area", "Fläche"),
    "color_area": Entry("presence", "Colour area", "Farbfläche", "colour"),
    "color_match": Entry("presence", "Colour match", "Farbvergleich", "colour"),
    "brightness": Entry("presence", "Brightness", "Helligkeit"),
    "contrast": Entry("presence", "Contrast", "Kontrast"),
    "edge_density": Entry("presence", "Edge density", "Kantendichte"),
    "histogram": Entry("presence", "Histogram", "Histogramm", "good"),
    "caliper": Entry("measure", "Caliper", "Messschieber"),
    "line_fit": Entry("measure", "Line", "Gerade"),
    "circle_fit": Entry("measure", "Circle", "Kreis"),
    "arc": Entry("measure", "Arc", "Kreisbogen"),
    "distance": Entry("measure", "Distance", "Abstand"),
    "angle": Entry("measure", "Angle", "Winkel"),
    "intersection": Entry("measure", "Intersection", "Schnittpunkt"),
    "midpoint": Entry("measure", "Midpoint", "Mittelpunkt"),
    "midline": Entry("measure", "Midline", "Mittellinie"),
    "perpendicular": Entry("measure", "Perpendicular", "Lot"),
    "tangent": Entry("measure", "Tangent", "Tangente"),
    "concentricity": Entry("measure", "Concentricity", "Konzentrizität"),
    "parallelism": Entry("measure", "Parallelism", "Parallelität"),
    "scan": Entry("measure", "Widths along a path", "Breiten längs einer Bahn"),
    "bead": Entry("measure", "Bead", "Raupe"),
    "edge_defect": Entry("measure", "Burrs and chips", "Grate und Ausbrüche"),
    "blob_count": Entry("count", "Count areas", "Flächen zählen"),
    "pattern_count": Entry("count", "Count patterns", "Muster zählen", "good"),
    "code_reader": Entry("read", "Codes", "Codes"),
    "text": Entry("read", "Text", "Schrift", "texts"),
    "display": Entry("read", "Display", "Anzeige"),
    "gauge": Entry("read", "Gauge", "Zeigerinstrument", "values"),
    "anomaly": Entry("surface", "Anomaly", "Auffälligkeiten", "good"),
    "scratch": Entry("surface", "Scratches", "Kratzer"),
    "texture": Entry("surface", "Texture", "Oberflächenstruktur", "good"),
    "onnx": Entry("models", "Own model (ONNX)", "Eigenes Modell (ONNX)", "files"),
    "formula": Entry("logic", "Formula", "Formel"),
    "machine_position": Entry("logic", "Machine position", "Maschinenposition"),
    "camera_check": Entry("checks", "Has the camera moved?", "Hat sich die Kamera bewegt?", "good"),
}
"""By type, as they are listed."""


LAYERS: Mapping[str, tuple[str, str]] = {
    "seen": ("As the tool sees it", "Wie das Werkzeug es sieht"),
    "gradient": ("Edge strength", "Kantenstärke"),
    "area": ("Area", "Fläche"),
    "blobs": ("Areas counted", "Gezählte Flächen"),
    "colour": ("Colour found", "Gefundene Farbe"),
    "difference": ("Difference from the master", "Unterschied zum Muster"),
    "registered": ("Laid on the master", "Auf das Muster gelegt"),
    "binarised": ("Binarised", "Binarisiert"),
    "edges": ("Edges", "Kanten"),
    "marks": ("Marks", "Spuren"),
    "departure": ("Departure from the taught surface", "Abweichung von der gelernten Oberfläche"),
    "heat": ("Heat map", "Wärmebild der Auffälligkeit"),
}
"""What intermediate images show, in English and German, by the tool's name for them."""


def layer_title(name: str, language: str) -> str:
    """The name itself where nobody named it otherwise."""
    english, german = LAYERS.get(name, (name, name))
    return german if language == "de" else english


def picture(kind: str) -> Path:
    """A JPEG of the tool at work, 320 px wide."""
    return PICTURES / f"{kind}.jpg"
