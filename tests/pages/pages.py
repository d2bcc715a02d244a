"""Markdown as the tests of pages read it: lines of prose, and links."""
import re

FENCE = re.compile(r"^\s*```")
ITEM = re.compile(r"^\s*(?:[-*+]|\d+\.)\s+")
LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")


def prose_lines(text):
    """Yields (line number, line) of what is not fenced; a fence counts as an empty line."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if FENCE.match(line):
            fenced = not fenced
            line = ""
        yield number, "" if fenced else line


def headings(text):
    return [line.lstrip("#").strip() for _, line in prose_lines(text) if re.match(r"#+ ", line)]


def anchor(heading):
    """The name that GitHub gives a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.replace(" ", "-")


def links(text):
    """Yields (line number, target) of links and pictures."""
    for number, line in prose_lines(text):
        for match in LINK.finditer(line):
            yield number, match.group(2)
            yield from ((number, inner) for _, inner in LINK.findall(match.group(1)))


def code_spans(text):
    """Yields (line number, code) of code inside prose and tables."""
    for number, line in prose_lines(text):
        yield from ((number, code) for code in re.findall(r"`([^`]+)`", line))


def shell_blocks(text):
    """The commands of a page's sh blocks that run."""
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S))


def paragraphs(text):
    """Yields (line number, paragraph) of prose: no code, headings, tables or pictures."""
    started, collected = 0, []
    for number, line in [*prose_lines(text), (0, "")]:
        begins = ITEM.match(line)
        skipped = re.match(r"\s*(#|\||<!--|!\[[^\]]*\]\([^)]*\)\s*$)", line)
        if collected and (begins or skipped or not line.strip()):
            yield started, " ".join(collected)
            collected = []
        if line.strip() and not skipped:
            if not collected:
                started = number
            collected.append(ITEM.sub("", line).strip())


def sentences(paragraph):
    """The sentences of a paragraph, code and link targets apart: a piece of code counts as one word."""
    plain = LINK.sub(r"\1", paragraph)
    plain = re.sub(r"``.*?``|`[^`]*`", "code", plain)
    plain = re.sub(r"<https?://[^>]*>", "link", plain)
    plain = re.sub(r"[*_]{1,2}(\S.*?\S|\S)[*_]{1,2}", r"\1", plain)
    plain = re.sub(r"\b(e\.g|i\.e|cf|vs|et al|Eq|Fig|Sec)\.", r"\1", plain)
    return [part for part in re.split(r"(?<=[.!?])[\"')]*\s+", plain) if words(part)]


def words(sentence):
    return [word for word in sentence.split() if re.search(r"\w", word)]
