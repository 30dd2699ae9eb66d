"""Holds the search for credentials against samples of each issuer's format, and against ordinary source code.

True samples are made from the issuers' published grammar, with their check sums, by a generator that knows none of the
patterns (`tests/fakes/issued_secrets.py`); each is written in code, configuration, prose and logs under names that say
nothing of secrets. Beside them stand look-alikes (hashes, ids, lock files, images, tokens with a wrong check sum) and
what manuals print. Ordinary source code is the packages that are installed here, without this one. Figures:

- ``recall``, ``precision``: over all samples; a find in a look-alike or in an example of a manual is a false one;
- ``issuers``, ``issuers_below_99``: how many, and how many with less than 99 of 100 found;
- ``second_set``: shares found of another generator's samples, in a dozen languages, settings, commands, files and
  prose: told by their form, by the name they are given to, by what people say, by the file; and ``harmless``, taken;
- ``alarms_per_mb``: finds per million characters of source code, of every kind;
- ``alarms_by_format_per_mb``: of those, the ones by an issuer's format: test keys in packages' tests among them;
- ``rail_us_clean``, ``rail_us_hit``: microseconds for 1,000 characters without and with a credential, median.

Prints tables and, as its last line, one JSON object. ``--show`` lists the finds in source code, for a look at each.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import sys
import sysconfig
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from fakes.issued_secrets import DOCUMENTED, ISSUERS, LOOK_ALIKES, SETTINGS, dice_of, placed
from fakes.secret_samples.placed import harmless_samples, true_samples
from roadworthy.sensitive.secrets.finder import Search

SUFFIXES_LIST = ".py .pyi .js .ts .json .md .txt .toml .yaml .yml .c .h .cpp .html .css .rst .ini .cfg .sh"
SUFFIXES = frozenset(SUFFIXES_LIST.split())
MOST_BYTES = 3_000_000
PROSE = "The parcel left on Monday and the driver has the address, the key is at the desk and the token is not needed. "


def interval(hits: int, total: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share.

    Source:
        Wilson 1927, "Probable inference, the law of succession, and statistical inference".
    """
    if total == 0:
        return 0.0, 1.0
    z, share = 1.959963985, hits / total
    middle, half = share + z * z / (2 * total), z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return (middle - half) / scale, (middle + half) / scale


def by_issuer(search: Search, *, each: int, dice: random.Random) -> dict[str, dict[str, tuple[int, int]]]:
    """Return, by issuer and place, how many samples were found, of how many."""
    table: dict[str, dict[str, tuple[int, int]]] = {}
    for issuer, makers in ISSUERS.items():
        table[issuer] = {}
        for where in SETTINGS:
            texts = [placed(dice.choice(makers)(dice), where, dice) for _ in range(each)]
            table[issuer][where] = (sum(1 for text in texts if search.find(text)), each)
    return table


def false_finds(search: Search, *, each: int, dice: random.Random) -> dict[str, tuple[int, int]]:
    """Return, by kind of look-alike, how many were taken for credentials, of how many."""
    table = {}
    for kind, make in LOOK_ALIKES.items():
        texts = [placed(make(dice), where, dice) for where in SETTINGS for _ in range(each)]
        table[kind] = (sum(1 for text in texts if search.find(text)), len(texts))
    texts = [placed(example, where, dice) for example in DOCUMENTED for where in SETTINGS for _ in range(3)]
    table["examples of manuals"] = (sum(1 for text in texts if search.find(text)), len(texts))
    return table


def in_source_code(search: Search, folders: list[Path], *, show: bool) -> tuple[float, Counter[str]]:
    """Return millions of characters of source code, and what was found in them by name."""
    read, found = 0, Counter[str]()
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in SUFFIXES)
    for path in files:
        if "roadworthy" in path.parts or not path.is_file() or path.stat().st_size > MOST_BYTES:
            continue
        text = path.read_text("utf-8", "replace")
        read += len(text)
        for one in search.find(text):
            found[one.name] += 1
            if show:
                print(f"{one.name:28} {path.name}: {text[max(0, one.start - 40) : one.end][:140]!r}", file=sys.stderr)
    return read / 1e6, found


def in_context(search: Search, *, seed: str) -> dict[str, tuple[int, int]]:
    """Return, by how a credential is told, how many of the second set were found; ``harmless``: taken, of how many."""
    table: dict[str, tuple[int, int]] = {}
    samples = [*true_samples(seed), *(("harmless", kind, text) for kind, text in harmless_samples(seed))]
    for how, _, text in samples:
        hits, total = table.get(how, (0, 0))
        table[how] = hits + bool(search.find(text)), total + 1
    return table


def microseconds(search: Search, text: str) -> float:
    """Return how long a search takes, median."""
    taken = []
    for _ in range(300):
        started = time.perf_counter_ns()
        search.find(text)
        taken.append((time.perf_counter_ns() - started) / 1_000)
    return statistics.median(taken)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--each", type=int, default=100, help="samples of each issuer in each place")
    options.add_argument("--source", type=Path, action="append", help="folder of source code; default: site-packages")
    options.add_argument("--show", action="store_true", help="list what was found in source code")
    chosen = options.parse_args()
    search, dice = Search(), dice_of("credentials")
    table = by_issuer(search, each=chosen.each, dice=dice)
    print(f"{'issuer':26}" + "".join(f"{where:>15}" for where in SETTINGS) + f"{'all':>9}   95 % interval")
    shares = {}
    for issuer, places in table.items():
        hits, total = (sum(pair[n] for pair in places.values()) for n in (0, 1))
        shares[issuer] = hits / total
        low, high = interval(hits, total)
        cells = "".join(f"{h / n:>15.3f}" for h, n in places.values())
        print(f"{issuer:26}{cells}{hits / total:>9.3f}   {low:.3f}..{high:.3f}")
    false = false_finds(search, each=chosen.each, dice=dice)
    print(f"\n{'look-alike':36}{'taken':>7}{'of':>7}")
    for kind, (hits, total) in false.items():
        print(f"{kind:36}{hits:>7}{total:>7}")
    second = in_context(search, seed="second set")
    print(f"\n{'second set, told by':26}{'found':>7}{'of':>7}   95 % interval")
    for how, (hits, total) in second.items():
        low, high = interval(hits, total)
        print(f"{how:26}{hits:>7}{total:>7}   {low:.4f}..{high:.4f}")
    found = sum(h for places in table.values() for h, _ in places.values())
    made = sum(n for places in table.values() for _, n in places.values())
    wrong = sum(hits for hits, _ in false.values())
    folders = chosen.source or [Path(sysconfig.get_paths()["purelib"])]
    millions, alarms = in_source_code(search, folders, show=chosen.show)
    print(f"\nsource code: {millions:.1f} million characters, {sum(alarms.values())} finds: {dict(alarms)}")
    shaped = sum(n for name, n in alarms.items() if name not in {"assigned secret", "password in an address"})
    clean = (PROSE * 10)[:1000]
    hit = clean[:900] + " ghp_" + "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ" + "0mLq18 " + clean[:50]
    figures = {
        "recall": round(found / made, 4),
        "precision": round(found / (found + wrong), 4),
        "issuers": len(table),
        "issuers_below_99": sum(share < 0.99 for share in shares.values()),
        "second_set": {how: round(hits / total, 4) for how, (hits, total) in second.items()},
        "alarms_per_mb": round(sum(alarms.values()) / millions, 4),
        "alarms_by_format_per_mb": round(shaped / millions, 4),
        "rail_us_clean": round(microseconds(search, clean), 1),
        "rail_us_hit": round(microseconds(search, hit), 1),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
