"""Verify an evidence pack: `python verify_pack.py PACK.rwpack.zip KEY.pem`, with the key from the team itself.

Follows docs/reference/pack-format.md, shares no code with `rw`, needs `cryptography`. Exits 0 if nothing is broken.
"""

# ruff: noqa: D103, T201 - each function does what its name says, and the script must stay short enough to be read
import base64
import hashlib
import io
import json
import sys
import zipfile
from datetime import datetime
from pathlib import Path
from struct import pack

from cryptography.hazmat.primitives.serialization import load_der_public_key, load_ssh_public_key

PASSED, CONSENT, NOBODY = ("ship", "conditions"), ("approved", "not_asked_for"), {"people": []}
IN_TOTO, OURS, EVIDENCE = "application/vnd.in-toto+json", "application/vnd.roadworthy.", ("evidence", "unverified")
DECISION, PARTS = "urn:roadworthy:predicate:gate-decision:v1", ("release", "assessment", "policy", "tasks", "facts")
WORDS = "approvals approval approver, delegations delegation lender, conditions_met met by, withdrawals withdrawal by,"
WORDS += "independent_reviews review by"
Spelled, when, ED25519 = type("Spelled", (str,), {}), datetime.fromisoformat, bytes.fromhex("302a300506032b6570032100")


def require(holds, problem):
    if not holds:
        raise ValueError(problem)


def digest(value):
    return "sha256:" + hashlib.sha256(value if isinstance(value, bytes) else canonical(value).encode()).hexdigest()


def canonical(value):
    """Canonical JSON (RFC 8785) of what `parse` read; a number keeps its spelling."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return f"[{','.join(map(canonical, value))}]"
    return str(value) if isinstance(value, Spelled) else json.dumps(value, ensure_ascii=False, allow_nan=False)


def parse(content, where):
    value = json.loads(content.decode(), parse_float=Spelled)
    require(canonical(value).encode() == content, f"{where} is not canonical JSON")
    return value


def read_archive(content):
    """Return the files of an archive, without one byte in it that its writer would not have written."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(again := io.BytesIO(), "w") as made:
        size = sum(one.file_size for one in archive.infolist() if one.compress_type == 0)
        require(size <= len(content) <= 1024**3, "the archive is larger than it can be")
        files = {one.filename: archive.read(one) for one in archive.infolist() if one.compress_type == 0}
        for name in sorted(files, key=str.encode):
            parts, signs = {*name.split("/")} & {"", ".", ".."}, {*name} & {*":\\"}
            require(name.isprintable() and not (parts or signs) and len(name) < 256, f"{name!r} is no name of a file")
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            made.writestr(entry, files[name])
    require(again.getvalue() == content, "the archive is not byte for byte what its writer writes")
    return files


def key_of(public):
    """Return a key's id and what checks its signatures; None for a kind that is not checked here."""
    if public.startswith("ssh-ed25519 "):  # signatures of `ssh-keygen -Y sign -n roadworthy`, see PROTOCOL.sshsig
        wire, key = base64.b64decode(public.split()[1]), load_ssh_public_key(public.encode())
        form, head = ">6sII51sI10sII6sII11sI64s", (10, b"roadworthy", 0, 6, b"sha512")
        return hashlib.sha256(wire).hexdigest(), lambda sig, content: (
            require(sig == pack(form, b"SSHSIG", 1, 51, wire, *head, 83, 11, b"ssh-ed25519", 64, sig[-64:]), "SSHSIG"),
            key.verify(sig[-64:], pack(">6sI10sII6sI64s", b"SSHSIG", *head, 64, hashlib.sha512(content).digest())),
        )
    spki = base64.b64decode(public.split("-----")[2]) if public.startswith("-----BEGIN PUBLIC KEY") else b""
    return (hashlib.sha256(spki).hexdigest(), load_der_public_key(spki).verify) if spki.startswith(ED25519) else None


def opened(files, name, key, kind=IN_TOTO):
    """Return the payload that ``key`` signed, from the one spelling of its envelope."""
    envelope, (ident, check) = parse(files[name], name), key
    payload, sig = (base64.b64decode(text) for text in (envelope["payload"], envelope["signatures"][0]["sig"]))
    texts = [base64.b64encode(raw).decode() for raw in (payload, sig)]
    only = {"payload": texts[0], "payloadType": kind, "signatures": [{"keyid": ident, "sig": texts[1]}]}
    require(envelope == only, f"{name} is no envelope of {kind}, or names another key")
    check(sig, b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(payload), payload))
    return parse(payload, name)


def check_evidence(files, index, key, *, decision, release, inputs):
    """Each statement says what its record says; all are what was considered; what counted is about this release."""
    found, journals = {}, {one["name"]: one["original"] for one in index["files"] if one["role"] == "journal"}
    for name, signed in ((one["name"], one["role"] == "evidence") for one in index["files"] if one["role"] in EVIDENCE):
        statement = opened(files, name, key) if signed else {"predicate": {"evidence": parse(files[name], name)}}
        said, own = statement["predicate"], digest(record := statement["predicate"]["evidence"])
        want = [{"name": f"{o['kind']}:{o['name']}", "digest": {"sha256": o["digest"][7:]}} for o in record["subjects"]]
        require(not signed or (said["evidenceDigest"], statement["subject"]) == (own, want), f"{name} contradicts it")
        if record["result"]:
            journal = f"journals/{record['result']['run']}.jsonl"
            linked = not signed or said["journal"]["redacted"] == digest(files[journal])
            require(linked and journals[journal] == record["result"]["journal_digest"], f"{journal} is another")
        found[record["id"]] = (own, signed, record["subjects"])
    here = sorted([own, signed] for own, signed, _ in found.values())
    considered = sorted([one["digest"], one["verified"]] for one in inputs["evidence"])
    require(here == considered and digest(here) == decision["evidence_set"], "other evidence was considered")
    parts = {one["key"]: one["digest"] for one in release["components"]} | {"system": release["manifest_digest"]}
    for used in (one for result in decision["results"] for one in result["evidence"] if one["validity"] == "valid"):
        own, signed, subjects = found[used["id"]]
        about = all(parts.get(s["name"]) == s["digest"] for s in subjects if s["kind"] == "component")
        about &= all(release["digest"] == s["digest"] for s in subjects if s["kind"] == "release")
        require(signed and about and own == used["digest"], f"evidence {used['id']} counted and should not have")


def read_log(files, key, wanted):
    """Return when the log took in each record; it is whole, ends where it was signed, and has all that is wanted."""
    previous, times, latest, lines = "sha256:" + "0" * 64, {}, [], files["log.jsonl"].split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):
        entry = parse(line, f"log.jsonl:{number}")
        own, follows = entry.pop("hash"), (entry["seq"], entry["previous"]) == (number, previous)
        require(follows and digest(entry) == own, f"log entry {number} does not follow from the one before")
        previous, latest = own, [max([*latest, when(entry["recorded_at"])])]
        times.setdefault(entry["digest"], latest[0])
    point = opened(files, "checkpoint.dsse.json", key, OURS + "checkpoint+json")
    require((point["size"], point["head"], b"") == (len(lines) - 1, previous, lines[-1]), "the log ends elsewhere")
    require(set(wanted) <= set(times), "the decision, its evidence or what people said is not in the log")
    return times


def check_people(files, decision, inputs, times):
    """What people said they signed, and whoever counted as approving approved exactly this. Returns what is unclear."""
    keys = {(one["id"], own["id"]): own for one in (inputs["governance"] or NOBODY)["people"] for own in one["keys"]}
    yes, unknown, asked = set(), [], {digest(one["payload"]): one["payload"] for one in inputs["consents"]["requests"]}
    for kind, name, by in map(str.split, WORDS.split(",")):
        for record, own, signed in ((held[name], held["digest"], held["signed"]) for held in inputs["consents"][kind]):
            where, at = f"{kind.replace('_', '-')}/{record['id']}.dsse.json", when(signed["recorded_at"])
            require(own == digest(record) and times[own] == at, f"{where} is not what the log took in then")
            key = keys[record[by], signed["key"]] if signed["holds"] else None
            if key and (theirs := key_of(key["public"])):
                said = {"record": record, "recordDigest": own}
                require(opened(files, where, theirs)["predicate"] == said, f"{where} says something else")
            unknown += [f"{where}, signed with a key of another kind"] if key and not theirs else []
            until = key and min(when(key["valid_until"]), when(key["revoked_at"] or key["valid_until"]))
            if key and when(key["valid_from"]) <= at < until and key["revoked_because"] != "compromised":
                yes.add((record[by], record.get("payload"), record.get("answer", "")[:7]))
    waived, consent = [one for one in decision["exceptions"] if one["waived"]], decision["consent"] or {"state": None}
    bound = {name: decision[name] for name in PARTS} | {"evidence": decision["evidence_set"]}
    bound |= {"exceptions": digest(sorted([one["id"], one["digest"], one["waived"]] for one in waived))}
    moved = sorted(one["rule"] for one in decision["results"] if one["bar_moved"])
    bound |= {"moved_bars": digest(moved)} if moved else {}
    require(not inputs["governance"] or decision["verdict"] not in PASSED or consent["state"] in CONSENT, "no consent")
    counted = [(one["consent"], {"exception": one["digest"]}) for one in waived]
    for one, parts in counted + [(consent, bound)] * (consent["state"] == "approved"):
        this = {item["name"]: item["digest"] for item in asked[one["payload"]]["bound"]} == parts
        who = {(name, one["payload"], "approve") for name in one["approvers"]}
        require(this and who and who <= yes, f"nobody approved this {one['kind']} so that it counts")
    return unknown


def verify(archive, key_path):
    """Return the decision of an intact pack and what of it was not checked; raise for any other."""
    key, files = key_of(Path(key_path).read_text("ascii")), read_archive(Path(archive).read_bytes())
    index = opened(files, "index.dsse.json", key, OURS + "pack-index+json")
    named = [(one["name"], one["digest"], one["size"]) for one in index["files"]]
    here = [(name, digest(files[name]), len(files[name])) for name in sorted(files) if name != "index.dsse.json"]
    require(named == here, f"missing, changed or not in the index: {sorted({one[0] for one in {*named} ^ {*here}})}")
    release, inputs = (parse(files[name], name) for name in ("release.json", "gate-inputs.json"))
    statement = opened(files, "decision.dsse.json", key)
    decision, said = statement["predicate"]["decision"], {statement["predicate"]["decisionDigest"], index["decision"]}
    require(said == {digest(decision)} and statement["predicateType"] == DECISION, "the index names another decision")
    parts = {c["key"]: {name: c[name] for name in ("type", "digest", "uses")} for c in release["components"]}
    whole = {"schema": "roadworthy/release/v1", "manifest": release["manifest_digest"], "components": parts}
    made = {digest(whole | {"system": release["system"], "version": release["version"]}), release["digest"]}
    made |= {index["release"], inputs["release"], *("sha256:" + o["digest"]["sha256"] for o in statement["subject"])}
    ran = sorted([task["id"], task["digest"]] for task in inputs["tasks"])
    require(all(digest(files[f"tasks/{name}.json"]) == one for name, one in ran), "a task is another one")
    it = {"policy": {digest(files["policy.json"]), inputs["policy"]}, "id": {inputs["decision"]}, "release": made}
    it |= {"assessment": {digest(files["assessment.json"]), inputs["assessment"]["digest"]}, "tasks": {digest(ran)}}
    it |= {n: {None if inputs[n] is None else digest(inputs[n])} for n in ("facts", "governance")}
    require(all(ones == {decision[name]} for name, ones in it.items()), "it was decided on something else")
    check_evidence(files, index, key, decision=decision, release=release, inputs=inputs)
    held = [*inputs["consents"]["requests"], *inputs["recalls"], *(one["exception"] for one in inputs["exceptions"])]
    held += [one["end"] for one in inputs["exceptions"] if one["end"]]
    times = read_log(files, key, [digest(decision), *(one["digest"] for one in inputs["evidence"]), *map(digest, held)])
    said = {o["name"]: opened(files, o["name"], key)["predicate"] for o in index["files"] if o["role"] == "summary"}
    want = [("svr.dsse.json", digest(decision), None)] if decision["verdict"] == "ship" else []
    want.append(("vsa.dsse.json", digest(decision), "PASSED" if decision["verdict"] in PASSED else "FAILED"))
    found = [(name, one[DECISION]["digest"], one.get("verificationResult")) for name, one in said.items()]
    require(found == want, "the summaries do not say what the decision says")
    return decision, check_people(files, decision, inputs, times)


if __name__ == "__main__":
    try:
        made, left = verify(*sys.argv[1:])
    except Exception as fault:  # noqa: BLE001 - whatever goes wrong, the pack was not shown to be intact
        sys.exit(f"BROKEN  {type(fault).__name__}: {fault}")
    print(f"INTACT  decision {made['id']}: {made['verdict']}, until {made['valid_until']}")
    print("Not checked: that the gate decides the same again, later recalls, an earlier checkpoint", *left, sep="\n- ")
