#!/usr/bin/env python3
"""Tests glb_file.py and valid_heads.py on a small GLB file that is made here: python3 tools/test_valid_heads.py."""
import json
import os
import struct
import tempfile
import unittest

import numpy as np

import valid_heads
from glb_file import GLB
from safetensors_file import read, write

JOINTS = [  # name, parent, place in meters
    ("Hips", -1, (0, 1.0, 0)), ("Neck", 0, (0, 1.45, 0)), ("Head", 1, (0, 1.5, 0)),
    ("LEye", 2, (0.03, 1.6, 0.1)), ("REye", 2, (-0.03, 1.6, 0.1)),
    ("LClavicle", 0, (0.05, 1.4, 0)), ("LUpperArm", 5, (0.15, 1.4, 0)), ("LForearm", 6, (0.4, 1.4, 0)),
    ("RClavicle", 0, (-0.05, 1.4, 0)), ("RUpperArm", 8, (-0.15, 1.4, 0)), ("RForearm", 9, (-0.4, 1.4, 0))]
PICTURE = b"not decoded here"


class Maker:
    """Builds a GLB file."""

    def __init__(self):
        self.views, self.accessors, self.binary = [], [], b""

    def view(self, data):
        self.views.append({"buffer": 0, "byteOffset": len(self.binary), "byteLength": len(data)})
        self.binary += data + b"\0" * (-len(data) % 4)
        return len(self.views) - 1

    def accessor(self, values, kind, component, **more):
        values = np.asarray(values, {5126: "<f4", 5123: "<u2", 5121: "u1"}[component])
        entry = {"componentType": component, "type": kind, "count": len(values), **more}
        if "sparse" not in more:
            entry["bufferView"] = self.view(values.tobytes())
        self.accessors.append(entry)
        return len(self.accessors) - 1

    def shape(self, count, row, delta):
        """A blendshape that moves one vertex, as a sparse accessor."""
        sparse = {"count": 1,
                  "indices": {"bufferView": self.view(np.array([row], "<u2").tobytes()), "componentType": 5123},
                  "values": {"bufferView": self.view(np.array(delta, "<f4").tobytes())}}
        return self.accessor(np.zeros((count, 3)), "VEC3", 5126, sparse=sparse)

    def primitive(self, points, joint, material, shapes=()):
        points = np.array(points, float)
        joints = np.zeros((len(points), 4), int)
        joints[:, 0] = joint
        weights = np.zeros((len(points), 4))
        weights[:, 0] = 255
        return {
            "attributes": {
                "POSITION": self.accessor(points, "VEC3", 5126),
                "TEXCOORD_0": self.accessor(np.full((len(points), 2), 0.75), "VEC2", 5126),
                "JOINTS_0": self.accessor(joints, "VEC4", 5121),
                "WEIGHTS_0": self.accessor(weights, "VEC4", 5121, normalized=True)},
            "indices": self.accessor(np.arange(len(points)), "SCALAR", 5123), "material": material,
            "targets": [{"POSITION": self.shape(len(points), *shape)} for shape in shapes]}

    def write(self, path):
        nodes = []
        for name, parent, place in JOINTS:
            above = JOINTS[parent][2] if parent >= 0 else (0, 0, 0)
            children = [i for i, joint in enumerate(JOINTS) if joint[1] == len(nodes)]
            nodes.append({"name": name, "translation": list(np.subtract(place, above)), "children": children})
        binds = np.stack([np.eye(4) for _ in JOINTS])
        binds[:, :3, 3] = [-np.array(place) for _, _, place in JOINTS]
        skin = {"joints": list(range(len(JOINTS))),
                "inverseBindMatrices": self.accessor(binds.transpose(0, 2, 1).reshape(-1, 16), "MAT4", 5126)}
        face = [(0, 1.6, 0.12), (0.02, 1.6, 0.1), (0, 1.65, 0.1)]
        low = [(0, 0.5, 0), (0.1, 0.5, 0), (0, 0.6, 0)]
        arm = [(0.15, 1.4, 0), (0.25, 1.4, 0), (0.15, 1.41, 0)]
        hand = [(0.5, 1.4, 0), (0.6, 1.4, 0), (0.5, 1.41, 0)]
        wig = [(0, 1.7, 0), (0.02, 1.7, 0), (0, 1.72, 0)]
        meshes = [
            {"primitives": [self.primitive(wig, 0, 3)]},
            {"primitives": [self.primitive(face + low, 2, 0, [(2, (0, 0.01, 0)), (1, (0, 0.00005, 0))])],
             "extras": {"targetNames": ["Smile_h", "Tiny_h"]}},
            {"primitives": [self.primitive(face, 2, 1, [(0, (0, 0, 0.02))])],
             "extras": {"targetNames": ["t_Smile_h"]}},
            {"primitives": [self.primitive(arm, 6, 2), self.primitive(hand, 7, 2)]}]
        nodes += [{"mesh": i, "skin": 0} for i in range(len(meshes))]
        material = {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}
        content = {
            "asset": {"version": "2.0"}, "nodes": nodes, "skins": [skin], "meshes": meshes,
            "materials": [{"name": "Head_skin", **material}, {"name": "Upper_teeth"}, {"name": "Shirt"},
                          {"name": "Hair"}],
            "textures": [{"source": 0}], "images": [{"bufferView": self.view(PICTURE), "mimeType": "image/png"}],
            "bufferViews": self.views, "accessors": self.accessors, "buffers": [{"byteLength": len(self.binary)}]}
        text = json.dumps(content).encode()
        text += b" " * (-len(text) % 4)
        size = 12 + 8 + len(text) + 8 + len(self.binary)
        with open(path, "wb") as file:
            file.write(struct.pack("<4sII", b"glTF", 2, size) + struct.pack("<I4s", len(text), b"JSON") + text
                       + struct.pack("<I4s", len(self.binary), b"BIN\0") + self.binary)


class ValidHeadsTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "a.glb")
        Maker().write(self.path)
        masks = [np.zeros((8, 8), np.uint8), np.full((8, 8), 200, np.uint8)]
        masks[0][6, 6] = 90
        shapes = [("Smile_h", "t_Smile_h"), ("Tiny_h", "t_Tiny_h")]
        self.tensors, self.pictures, self.groups = valid_heads.head(GLB(self.path), shapes, masks)

    def tearDown(self):
        self.folder.cleanup()

    def test_the_skeleton_is_where_it_was_put(self):
        names, parents, pivots = GLB(self.path).skeleton()
        self.assertEqual(names, [joint[0] for joint in JOINTS])
        self.assertEqual(parents, [joint[1] for joint in JOINTS])
        np.testing.assert_allclose(pivots, [joint[2] for joint in JOINTS], atol=1e-6)

    def test_the_origin_is_between_the_eyes(self):
        np.testing.assert_allclose(self.tensors["vertices"][0], (0, 0, 0.02), atol=1e-6)
        np.testing.assert_allclose(
            self.tensors["joint_pos"],
            [(0, 0, 0), (0, -0.15, -0.1), (0, -0.1, -0.1), (0.03, 0, 0), (-0.03, 0, 0)], atol=1e-6)

    def test_what_is_low_and_the_forearm_are_cut_off_and_wigs_come_last(self):
        self.assertEqual(self.tensors["material"].tolist(), [0] * 3 + [3] * 3 + [5] * 3 + [1] * 3)
        self.assertEqual(self.tensors["triangles"].tolist(), np.arange(12).reshape(4, 3).tolist())
        self.assertEqual([group["name"] for group in self.groups], ["face", "Upper_teeth", "Shirt"])
        self.assertEqual([group["vertex_start"] for group in self.groups], [0, 3, 6])

    def test_arms_are_lowered_about_both_joints(self):
        def turned(point, pivot, degrees):
            angle = np.radians(degrees)
            x, y = np.subtract(point, pivot)
            return np.add(pivot, (x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)))

        inner = turned((0.25, 1.4), (0.15, 1.4), 62)
        outer = turned(inner, (0.05, 1.4), 6)
        np.testing.assert_allclose(self.tensors["vertices"][7, :2], outer - (0, 1.6), atol=1e-6)

    def test_blendshapes_keep_what_moves_and_join_head_and_teeth(self):
        self.assertEqual(self.tensors["bs_offset"].tolist(), [0, 2, 2])
        self.assertEqual(self.tensors["bs_index"].tolist(), [2, 3])
        np.testing.assert_allclose(self.tensors["bs_delta"], [(0, 0.01, 0), (0, 0, 0.02)], atol=1e-5)

    def test_weights_go_to_the_nearest_of_the_five_joints(self):
        weights = self.tensors["skin_weights"]
        self.assertEqual(weights.argmax(1).tolist(), [2] * 6 + [0] * 3 + [2] * 3)
        np.testing.assert_allclose(weights.sum(1), 1)

    def test_vertices_at_one_place_are_welded_to_the_first(self):
        self.assertEqual(self.tensors["weld"].tolist(), [0, 1, 2, 0, 1, 2, 6, 7, 8, 9, 10, 11])

    def test_masks_are_seen_by_the_skin_only(self):
        self.assertEqual(self.tensors["region"].tolist(), [[90, 200]] * 3 + [[0, 0]] * 6)

    def test_pictures_and_files_are_passed_on(self):
        self.assertEqual(self.pictures, {"skin": PICTURE})
        path = os.path.join(self.folder.name, "a.safetensors")
        write(path, self.tensors)
        back = read(path)
        self.assertEqual(set(back), set(self.tensors))
        for name, values in self.tensors.items():
            np.testing.assert_array_equal(back[name], values)


if __name__ == "__main__":
    unittest.main()
