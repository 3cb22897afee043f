#!/usr/bin/env python3
"""Makes a folder of synthetic heads from the GLB files of github.com/c-frame/valid-avatars-glb.

usage: valid_heads.py ORIGINALS RECIPE HEADS

ORIGINALS is a clone of that repository, whose avatars.json names the files. RECIPE holds what was chosen by eye and cannot be computed: index.json,
blendshapes.json and masks/ of a folder of heads. For every identity of the index HEADS gets NAME.safetensors and its
pictures.

What is tested (tools/test_valid_heads.py, on a file made there): reading GLB files, also with sparse accessors, posing,
cutting, merging joints, welding, storing blendshapes, sampling masks, writing. What is not: the originals were not at
hand when this was written. The words that find joints and materials in them, at the top of this file, are therefore
guesses; what is not found ends the program with the names that there are. Known to differ from the folder that the
default model is trained on: teeth are kept whole, not simplified, so that the shared part has more vertices; both eyes
keep the one picture of their material, not two side by side; triangles are not taken from one body for all.
"""
import io
import json
import os
import re
import shutil
import sys

import numpy as np

from glb_file import GLB
from safetensors_file import write

# Words in the originals' names, in lower case.
JOINTS = {"Neck": r"neck", "Head": r"head$", "LeftEye": r"l.*eye(ball)?$", "RightEye": r"r.*eye(ball)?$"}
CLAVICLES = {"Left": r"l.*clavicle$|left.*shoulder$", "Right": r"r.*clavicle$|right.*shoulder$"}
ARMS = {"Left": r"l.*upper_?arm$|left_?arm$", "Right": r"r.*upper_?arm$|right_?arm$"}
FOREARMS = r"(fore|lower)_?arm|hand|finger|thumb"
MATERIALS = [("eye", r"eye(?!lash)"), ("teeth_upper", r"upper.*(teeth|mouth)|(teeth|mouth).*upper"),
             ("teeth_lower_tongue", r"(lower.*)?(teeth|mouth|tongue)"), ("hair", r"hair|wig"),
             ("skin", r"skin|body|head|face"), ("clothes", r"")]
NAMES = ["skin", "hair", "eye", "teeth_upper", "teeth_lower_tongue", "clothes"]
SIZES = {"skin": (1024, 1024), "eye": (512, 256), "mouth": (512, 512), "clothes": (512, 512), "hair": (512, 512)}
CUT = -0.36
CLAVICLE_DEGREES, SHOULDER_DEGREES = 6, 62


def found(pattern, names, what):
    matches = [i for i, name in enumerate(names) if re.search(pattern, name.lower())]
    if not matches:
        raise SystemExit(f"no {what} is called as '{pattern}': there are {', '.join(names)}")
    return matches[0]


def turn(degrees):
    """A rotation about z, which lowers the left arm where it is negative."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def lowered(vertices, weights, names, parents, pivots):
    """The vertices when both arms are lowered from the T pose: clavicles first, then shoulders with them."""
    moves = [np.eye(4) for _ in names]
    for side, sign in (("Left", -1), ("Right", 1)):
        for words, degrees in ((CLAVICLES, CLAVICLE_DEGREES), (ARMS, SHOULDER_DEGREES)):
            joint = found(words[side], names, "joint")
            matrix = np.eye(4)
            matrix[:3, :3] = turn(sign * degrees)
            matrix[:3, 3] = pivots[joint] - matrix[:3, :3] @ pivots[joint]
            moves[joint] = matrix
    total = [None] * len(names)

    def whole(joint):
        if total[joint] is None:
            above = whole(parents[joint]) if parents[joint] >= 0 else np.eye(4)
            total[joint] = above @ moves[joint]
        return total[joint]

    matrices = np.stack([whole(joint) for joint in range(len(names))])
    blend = np.einsum("vj,jab->vab", weights, matrices)
    return np.einsum("vab,vb->va", blend[:, :3, :3], vertices) + blend[:, :3, 3]


def merged_weights(weights, names, parents, kept):
    """Weights of Body and the kept joints: each joint counts for its nearest kept ancestor."""
    result = np.zeros((len(weights), 1 + len(kept)))
    for joint in range(len(names)):
        place = joint
        while place >= 0 and place not in kept:
            place = parents[place]
        result[:, 1 + kept.index(place) if place >= 0 else 0] += weights[:, joint]
    return result / np.maximum(result.sum(1, keepdims=True), 1e-9)


def welded(vertices):
    """For every vertex the first one at the same place, to a hundredth of a millimeter."""
    _, first, inverse = np.unique(np.round(vertices * 1e5), axis=0, return_index=True, return_inverse=True)
    return first[inverse.reshape(-1)].astype(np.int32)


def cut(vertices, triangles, forbidden):
    """Which vertices stay and the triangles among them, counted anew: above the cut and of no forbidden joint."""
    inside = (vertices[:, 1] > CUT) & ~forbidden
    triangles = triangles[inside[triangles].all(1)]
    kept = np.unique(triangles)
    number = np.full(len(vertices), -1)
    number[kept] = np.arange(len(kept))
    return kept, number[triangles].astype(np.int32)


def sparse_shapes(shapes, least=1e-4):
    """Offsets, indices and displacements of blendshapes, without what moves less than a tenth of a millimeter."""
    offsets, indices, deltas = [0], [], []
    for shape in shapes:
        moved = np.flatnonzero(np.linalg.norm(shape, axis=1) >= least)
        indices.append(moved)
        deltas.append(shape[moved])
        offsets.append(offsets[-1] + len(moved))
    return (np.array(offsets, np.int32), np.concatenate(indices).astype(np.int16),
            np.concatenate(deltas).astype(np.float16))


def sampled(mask, uv):
    """The values of a gray picture `[height, width]` at uv, v downward."""
    height, width = mask.shape
    x = np.clip((uv[:, 0] * width).astype(int), 0, width - 1)
    y = np.clip((uv[:, 1] * height).astype(int), 0, height - 1)
    return mask[y, x]


def head(glb, shapes, masks):
    """The tensors of an identity, the pictures of its materials, and the groups of its shared part.

    `shapes` names blendshapes in pairs: in the head's mesh and in the teeth's.
    """
    names, parents, pivots = glb.skeleton()
    order = [found(JOINTS[name], names, "joint") for name in ("Neck", "Head", "LeftEye", "RightEye")]
    forearm = np.array([bool(re.search(FOREARMS, name.lower())) for name in names])
    parts, pictures = {name: [] for name in NAMES}, {}
    for part in glb.parts():
        name = next(name for name, words in MATERIALS if re.search(words, part.material.lower()))
        parts[name].append(part)
        if part.picture is not None:
            pictures.setdefault(name, part.picture)
    parts["skin"].sort(key=lambda part: -len(part.vertices))
    # Wigs last: what stands before them is shared by all identities.
    sequence = [part for name in ["skin", "teeth_upper", "teeth_lower_tongue", "eye", "clothes", "hair"]
                for part in parts[name]]
    kinds = [NAMES.index(name) for part in sequence for name in NAMES if part in parts[name]]
    vertices = np.concatenate([part.vertices for part in sequence])
    weights = np.concatenate([part.weights for part in sequence])
    starts = np.cumsum([0] + [len(part.vertices) for part in sequence])
    triangles = np.concatenate([part.triangles + start for part, start in zip(sequence, starts)])
    dense = []
    for pair in shapes:
        dense.append(np.concatenate([
            next((part.shapes[name] for name in pair if name in part.shapes), np.zeros_like(part.vertices))
            for part in sequence]))
    origin = (pivots[order[2]] + pivots[order[3]]) / 2
    posed = lowered(vertices, weights, names, parents, pivots) - origin
    kept, triangles = cut(posed, triangles, weights[:, forearm].sum(1) > 0.5)
    owner = np.concatenate([np.full(len(part.vertices), i) for i, part in enumerate(sequence)])[kept]
    material = np.array(kinds)[owner]
    uv = np.clip(np.concatenate([part.uv for part in sequence])[kept], 0, 1)
    shared = int((material != NAMES.index("hair")).sum())
    offsets, indices, deltas = sparse_shapes([shape[kept][:shared] for shape in dense])
    joints = np.concatenate([np.zeros((1, 3)), pivots[order] - origin])
    skinned = merged_weights(weights, names, parents, order)[kept]
    skinned[material == NAMES.index("hair")] = [0, 0, 1, 0, 0]
    region = np.stack([sampled(mask, uv[:shared]) * (material[:shared] == 0) for mask in masks], 1)
    groups = []
    for i, part in enumerate(sequence):
        mine, faces = np.flatnonzero(owner == i), np.flatnonzero(owner[triangles[:, 0]] == i)
        if len(mine) and len(faces) and material[mine[0]] != NAMES.index("hair"):
            # The index calls the largest part of the skin, which comes first, the face.
            groups.append({
                "name": part.material if groups else "face", "material": NAMES[kinds[i]],
                "vertex_start": int(mine[0]), "vertex_count": len(mine),
                "triangle_start": int(faces[0]), "triangle_count": len(faces)})
    return {
        "vertices": posed[kept].astype(np.float32), "triangles": triangles, "uv": uv.astype(np.float32),
        "material": material.astype(np.uint8), "weld": welded(posed[kept]),
        "skin_weights": skinned.astype(np.float16), "joint_pos": joints.astype(np.float32),
        "region": region.astype(np.uint8), "bs_offset": offsets, "bs_index": indices, "bs_delta": deltas,
    }, pictures, groups


def main():
    from PIL import Image

    originals, recipe, heads = sys.argv[1:]
    os.makedirs(f"{heads}/masks", exist_ok=True)
    for name in ("blendshapes.json", "masks/collar.png", "masks/scalp.png"):
        shutil.copyfile(f"{recipe}/{name}", f"{heads}/{name}")
    with open(f"{recipe}/index.json") as file:
        index = json.load(file)
    with open(f"{recipe}/blendshapes.json") as file:
        known = json.load(file)["blendshapes"]
    with open(f"{originals}/avatars.json") as file:
        models = {avatar["text"]: avatar["model"] for avatar in json.load(file)}
    shapes = [(shape["source_head_shape"], shape["source_teeth_shape"]) for shape in known]
    masks = [np.asarray(Image.open(f"{recipe}/masks/{name}.png").convert("L")) for name in ("collar", "scalp")]
    shared = set()
    for identity in index["identities"]:
        name = identity["name"]
        tensors, pictures, groups = head(GLB(f"{originals}/{models[name + '_Casual']}"), shapes, masks)
        triangles = sum(group["triangle_count"] for group in groups)
        shared.add((len(tensors["region"]), triangles))
        identity.update(
            vertices=len(tensors["vertices"]), triangles=len(tensors["triangles"]),
            shared_vertices=len(tensors["region"]), shared_triangles=triangles)
        write(f"{heads}/{name}.safetensors", tensors, {"format": "valid-head 1", "identity": name})
        for material, file in identity["files"]["textures"].items():
            key = "mouth" if material.startswith("teeth") else material
            if material in pictures and material != "teeth_lower_tongue":
                picture = Image.open(io.BytesIO(pictures[material])).convert("RGB")
                picture.resize(SIZES[key], Image.LANCZOS).save(f"{heads}/{file}", quality=90)
        print(f"{name}: {len(tensors['vertices'])} vertices, {len(tensors['triangles'])} triangles")
    # Heads are blended vertex by vertex, for which the shared part must be the same in all.
    if len(shared) != 1:
        raise SystemExit(f"the shared parts must be alike; they have (vertices, triangles) {sorted(shared)}")
    (index["shared_vertices"], index["shared_triangles"]), index["shared_groups"] = shared.pop(), groups
    with open(f"{heads}/index.json", "w") as file:
        json.dump(index, file, indent=1)


if __name__ == "__main__":
    main()
