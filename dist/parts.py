"""What the program is made of, from `cargo metadata`: a CycloneDX 1.5 list and the licences' texts.

Only the crates that are linked into the program for this machine: no test tools, no build tools of other systems.
The same lock file gives the same bytes.
"""

import argparse
import datetime
import json
import pathlib
import subprocess
import uuid

NAMES = ("licen", "copying", "notice", "unlicense", "ofl")


def metadata() -> dict:
    host = next(
        line.split()[1]
        for line in subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout.splitlines()
        if line.startswith("host:")
    )
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", host]
    # As dist/build makes the program.
    command += ["--features", "koridor/pdf"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def linked(data: dict) -> tuple[str, dict[str, list[str]]]:
    """The program's own id, and of each crate that it needs the crates that this one needs."""
    nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
    root = next(package["id"] for package in data["packages"] if package["name"] == "koridor")
    needs, waiting = {}, [root]
    while waiting:
        own = waiting.pop()
        if own in needs:
            continue
        kinds = (dep for dep in nodes[own]["deps"] if any(kind["kind"] != "dev" for kind in dep["dep_kinds"]))
        needs[own] = sorted({dep["pkg"] for dep in kinds})
        waiting.extend(needs[own])
    return root, needs


def reference(package: dict) -> str:
    return f"pkg:cargo/{package['name']}@{package['version']}"


def component(package: dict, sums: dict) -> dict:
    own = {"type": "library", "bom-ref": reference(package), "name": package["name"], "version": package["version"]}
    own["purl"] = reference(package)
    if package.get("description"):
        own["description"] = " ".join(package["description"].split())
    digest = sums.get((package["name"], package["version"]))
    if digest:
        own["hashes"] = [{"alg": "SHA-256", "content": digest}]
    if package.get("license"):
        own["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    if package.get("repository"):
        own["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
    return own


def checksums() -> dict:
    sums, name, version = {}, "", ""
    for line in pathlib.Path("Cargo.lock").read_text().splitlines():
        key, _, value = line.partition(" = ")
        value = value.strip('"')
        if key == "name":
            name = value
        elif key == "version":
            version = value
        elif key == "checksum":
            sums[name, version] = value
    return sums


def sbom(packages: dict, root: str, needs: dict, args: argparse.Namespace) -> dict:
    sums = checksums()
    others = sorted((id for id in needs if id != root), key=lambda id: reference(packages[id]))
    moment = datetime.datetime.fromtimestamp(args.epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    program = component(packages[root], {}) | {"type": "application"}
    own = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"timestamp": moment, "component": program},
        "components": [component(packages[id], sums) for id in others],
        "dependencies": [
            {"ref": reference(packages[id]), "dependsOn": sorted(reference(packages[other]) for other in needs[id])}
            for id in [root, *others]
        ],
    }
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(own, sort_keys=True))
    return {"bomFormat": own.pop("bomFormat"), "specVersion": own.pop("specVersion"), "serialNumber": number.urn} | own


def texts(package: dict) -> list[str]:
    folder = pathlib.Path(package["manifest_path"]).parent
    if not folder.is_dir():
        return []
    found = sorted(path for path in folder.iterdir() if path.is_file() and path.name.lower().startswith(NAMES))
    return [path.read_text(encoding="utf-8", errors="replace").strip().replace("\r\n", "\n") for path in found]


def licences(packages: dict, needs: dict) -> str:
    """Each text once, with the crates that come under it."""
    by_text, without = {}, []
    for id in sorted(needs, key=lambda id: reference(packages[id])):
        package = packages[id]
        if not package["source"]:
            # Of our own folders only fonts are of others.
            for own in texts({"manifest_path": pathlib.Path(package["manifest_path"]).parent / "fonts/x"}):
                by_text.setdefault(own, []).append(f"fonts of {package['name']} (OFL-1.1)")
            continue
        who = f"{package['name']} {package['version']} ({package.get('license') or 'see text'})"
        own = texts(package)
        for text in own:
            by_text.setdefault(text, []).append(who)
        if not own:
            without.append(f"{who}  {package.get('repository') or ''}".rstrip())
    parts = ["Koridor holds parts of others. Their licences, each with the parts that come under it.\n"]
    for text, who in sorted(by_text.items(), key=lambda item: (-len(item[1]), item[1])):
        parts.append("=" * 100 + "\n" + "\n".join(who) + "\n" + "-" * 100 + "\n" + text + "\n")
    if without:
        parts.append("=" * 100 + "\nParts whose package holds no text; the licence is the one it names.\n")
        parts.append("\n".join(without) + "\n")
    return "\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", required=True)
    parser.add_argument("--epoch", required=True, type=int)
    parser.add_argument("--sbom", required=True, type=pathlib.Path)
    parser.add_argument("--licences", required=True, type=pathlib.Path)
    args = parser.parse_args()
    data = metadata()
    packages = {package["id"]: package for package in data["packages"]}
    root, needs = linked(data)
    list_of_parts = sbom(packages, root, needs, args)
    args.sbom.write_text(json.dumps(list_of_parts, indent=2, ensure_ascii=False) + "\n")
    args.licences.write_text(licences(packages, needs))
    print(f"{len(list_of_parts['components'])} parts")


main()
