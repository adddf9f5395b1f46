"""Turns the figures of run.py into the tables of docs/performance.md."""

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
NAMES = {
    "glimpse int8": "**Glimpse int8**", "glimpse f32": "Glimpse f32", "rapidocr": "RapidOCR, ONNX Runtime",
    "rapidocr without direction model": "RapidOCR, no direction model", "tesseract": "Tesseract",
    "ort-f32": "ONNX Runtime f32", "ort-int8": "ONNX Runtime int8", "mnn-f32": "MNN f32", "rten": "rten f32",
}
PEERS = ("ort-f32", "ort-int8", "mnn-f32", "rten")
OURS = "glimpse int8"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" + "---:|" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def number(value, digits=1, unit=""):
    return "–" if value is None else f"{value:,.{digits}f}{unit}"


def pipeline(found):
    ours = found.get(OURS, {}).get("ms_median")
    rows = []
    for name, r in found.items():
        score, memory = r.get("score", {}), r["peak_rss_bytes"]
        ratio = r["ms_median"] / ours if ours and r["ms_median"] else None
        rows.append([NAMES[name], number(r["ms_median"], 0), number(r["ms_mean"], 0), number(ratio, 2, "×"),
                     number(score.get("word_f1"), 4), number(score.get("line_cer"), 4),
                     number(memory and memory / 2**20, 0), str(len(r["failed"]))])
    head = ["", "median ms", "mean ms", "against Glimpse int8", "word F1", "line CER", "peak MiB", "failed"]
    count = max(r["pictures"] for r in found.values())
    return f"### Whole pipeline, {count} receipts\n\n" + table(head, rows)


def rendered(found):
    columns = {key: sorted({n for r in found.values() for n in r["score"][key]}) for key in ("language", "kind")}
    parts = []
    for key, names in columns.items():
        rows = [[NAMES[name], number(100 * r["score"]["all"]["accuracy"], 2),
                 *(number(100 * r["score"][key][n]["accuracy"], 2) for n in names)] for name, r in found.items()]
        parts.append(table(["", "all", *names], rows))
    everything = next(iter(found.values()))["score"]["all"]
    title = f"### Character accuracy, %, {everything['pictures']} rendered pictures, {everything['characters']:,} characters"
    return title + "\n\n" + "\n\n".join(parts)


def models(found):
    cell = {(r["engine"], r["model"], r["shape"], r["threads"]): r for r in found}
    # Networks that no peer ran have tables of their own, made by peers/pack_models.py.
    compared = {(r["model"], r["shape"]) for r in found if r["engine"] in PEERS}
    shapes = [s for s in dict.fromkeys((r["model"], r["shape"]) for r in found) if s in compared]
    engines = [e for e in NAMES if any(r["engine"] == e for r in found)]
    parts = []
    for threads in sorted({r["threads"] for r in found}):
        def median(engine, shape):
            return cell.get((engine, *shape, threads), {}).get("ms_median")

        rows = [[NAMES[e], *(number(median(e, s)) for s in shapes)] for e in engines]
        fastest = {s: min((m for p in PEERS if (m := median(p, s))), default=None) for s in shapes}
        ratios = [fastest[s] / median(OURS, s) if fastest[s] and median(OURS, s) else None for s in shapes]
        rows.append(["Glimpse int8 against the fastest peer", *(number(r, 2, "×") for r in ratios)])
        head = [f"ms, {threads} thread{'s' * (threads > 1)}", *(f"{m} {s}" for m, s in shapes)]
        parts.append(table(head, rows))
    macs = {s: next((r["macs"] for r in found if (r["model"], r["shape"]) == s and r.get("macs")), None) for s in shapes}
    floor = [["multiply-accumulates, 10⁹", *(number(macs[s] and macs[s] / 1e9, 2) for s in shapes)]]
    parts.append(table(["", *(f"{m} {s}" for m, s in shapes)], floor))
    return "### Networks alone, median ms\n\n" + "\n\n".join(parts)


def cold(found):
    rows = [[NAMES[name], number(r["ms_median"], 0), number(min(r["ms"]), 0), str(r["runs"])]
            for name, r in found["engines"].items()]
    title = "### Cold start: process start to text of one small picture"
    return title + "\n\n" + table(["", "median ms", "least ms", "runs"], rows)


def conditions(c):
    return (f"{c['date']}; {c['cpu']}, {c['processors']} processors, {c['system']}; {c['threads']} threads; "
            f"load when it began {number(c['load_at_start'], 2)}.")


def write(results):
    parts = []
    for name, part in (("pipeline", pipeline), ("rendered", rendered), ("models", models), ("cold", cold)):
        if results.get(name):
            title, _, body = part(results[name]).partition("\n\n")
            parts.append(f"{title}\n\n{conditions(results['conditions'][name])}\n\n{body}")
    return "\n\n".join(parts)


def insert(path, text):
    """Puts the tables between the two marks of a Markdown file."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise SystemExit(f"{path} has no lines {BEGIN} and {END}")
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
