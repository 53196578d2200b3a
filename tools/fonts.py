"""The site's fonts, cut down to the characters that its pages use: a third of the weight."""

from pathlib import Path

# The licence reserves this name for the fonts as published; a cut font bears another.
RESERVED, CHOSEN = "Source", "Course"
NAMES = {1, 3, 4, 6}  # family, identifier, full name, PostScript name


def cut(path: Path, characters: set[str]) -> None:
    """Rewrite a woff2 font with the glyphs for `characters` only, and without hints.

    Copyright and licence stay in the font's own table of names.
    """
    from fontTools import subset

    options = subset.Options(flavor="woff2", hinting=False, name_IDs=[0, 1, 2, 3, 4, 6, 13, 14])
    font = subset.load_font(str(path), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes={ord(character) for character in characters})
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in NAMES:
            record.string = record.toUnicode().replace(RESERVED, CHOSEN)
    subset.save_font(font, str(path), options)
