"""Reads meshes, skins, blendshapes and pictures of a binary glTF 2.0 file with numpy alone."""
import json
import struct

import numpy as np

COMPONENTS = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


class Part:
    """One primitive, its vertices where the skin holds them at rest."""

    def __init__(self, **values):
        self.__dict__.update(values)


def matrix(node):
    """A node's transform; glTF's own matrices are stored by columns."""
    if "matrix" in node:
        return np.array(node["matrix"], float).reshape(4, 4).T
    x, y, z, w = node.get("rotation", [0, 0, 0, 1])
    result = np.eye(4)
    result[:3, :3] = np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)]]) * node.get("scale", [1, 1, 1])
    result[:3, 3] = node.get("translation", [0, 0, 0])
    return result


class GLB:
    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        magic, version, length = struct.unpack("<4sII", data[:12])
        if magic != b"glTF" or version != 2 or length > len(data):
            raise ValueError(f"{path}: is no whole binary glTF 2 file")
        size = struct.unpack("<I", data[12:16])[0]
        self.path = path
        self.json = json.loads(data[20:20 + size])
        self.binary = data[20 + size + 8:length]
        nodes = self.json["nodes"]
        self.parent = {child: i for i, node in enumerate(nodes) for child in node.get("children", [])}

    def view(self, number):
        view = self.json["bufferViews"][number]
        start = view.get("byteOffset", 0)
        return self.binary[start:start + view["byteLength"]], view.get("byteStride")

    def numbers(self, view, offset, type, width, count):
        data, stride = self.view(view)
        item = np.dtype(type).itemsize * width
        stride = stride or item
        if stride == item:
            return np.frombuffer(data, type, count * width, offset).reshape(count, width)
        rows = [np.frombuffer(data, type, width, offset + i * stride) for i in range(count)]
        return np.stack(rows)

    def accessor(self, number):
        """`[count, width]`; whole numbers that stand for 0...1 become such."""
        entry = self.json["accessors"][number]
        type, width, count = COMPONENTS[entry["componentType"]], WIDTHS[entry["type"]], entry["count"]
        if "bufferView" in entry:
            values = self.numbers(entry["bufferView"], entry.get("byteOffset", 0), type, width, count)
        else:
            values = np.zeros((count, width), type)
        if "sparse" in entry:
            sparse = entry["sparse"]
            places, given = sparse["indices"], sparse["values"]
            rows = self.numbers(places["bufferView"], places.get("byteOffset", 0),
                                COMPONENTS[places["componentType"]], 1, sparse["count"])
            values = values.copy()
            values[rows[:, 0]] = self.numbers(given["bufferView"], given.get("byteOffset", 0), type, width,
                                              sparse["count"])
        if entry.get("normalized"):
            values = values / np.float32(np.iinfo(values.dtype).max)
        return values

    def world(self, node):
        own = matrix(self.json["nodes"][node])
        return self.world(self.parent[node]) @ own if node in self.parent else own

    def joints(self):
        """The nodes of all skins' joints, each once."""
        return list(dict.fromkeys(joint for skin in self.json["skins"] for joint in skin["joints"]))

    def skeleton(self):
        """Names, parents among the joints (-1 for none) and pivots `[joints, 3]` at rest."""
        joints = self.joints()
        number = {joint: i for i, joint in enumerate(joints)}

        def parent(joint):
            while joint in self.parent:
                joint = self.parent[joint]
                if joint in number:
                    return number[joint]
            return -1

        names = [self.json["nodes"][joint].get("name", f"node {joint}") for joint in joints]
        pivots = np.stack([self.world(joint)[:3, 3] for joint in joints])
        return names, [parent(joint) for joint in joints], pivots

    def parts(self):
        """All skinned primitives in the file's order."""
        number = {joint: i for i, joint in enumerate(self.joints())}
        parts = []
        for index, node in enumerate(self.json["nodes"]):
            if "mesh" not in node or "skin" not in node:
                continue
            mesh, skin = self.json["meshes"][node["mesh"]], self.json["skins"][node["skin"]]
            binds = self.accessor(skin["inverseBindMatrices"]).reshape(-1, 4, 4).transpose(0, 2, 1)
            rests = np.stack([self.world(joint) @ bind for joint, bind in zip(skin["joints"], binds)])
            places = np.array([number[joint] for joint in skin["joints"]])
            for primitive in mesh["primitives"]:
                parts.append(self.part(primitive, mesh, rests, places, len(number)))
        return parts

    def part(self, primitive, mesh, rests, places, count):
        attributes = primitive["attributes"]
        local = self.accessor(attributes["POSITION"]).astype(float)
        joints = self.accessor(attributes["JOINTS_0"]).astype(int)
        shares = self.accessor(attributes["WEIGHTS_0"]).astype(float)
        shares = shares / np.maximum(shares.sum(1, keepdims=True), 1e-9)
        blend = np.einsum("vk,vkab->vab", shares, rests[joints])
        weights = np.zeros((len(local), count))
        for k in range(4):
            np.add.at(weights, (np.arange(len(local)), places[joints[:, k]]), shares[:, k])
        names = mesh.get("extras", {}).get("targetNames", [])
        shapes = {}
        for name, target in zip(names, primitive.get("targets", [])):
            if "POSITION" in target:
                shapes[name] = np.einsum("vab,vb->va", blend[:, :3, :3], self.accessor(target["POSITION"]))
        material = self.json["materials"][primitive["material"]]
        return Part(
            vertices=np.einsum("vab,vb->va", blend[:, :3, :3], local) + blend[:, :3, 3],
            triangles=self.accessor(primitive["indices"]).reshape(-1, 3).astype(np.int64),
            uv=self.accessor(attributes["TEXCOORD_0"]).astype(float), weights=weights, shapes=shapes,
            material=material.get("name", ""), picture=self.picture(material))

    def picture(self, material):
        """The bytes of the file that colors a material, if one does."""
        texture = material.get("pbrMetallicRoughness", {}).get("baseColorTexture")
        if texture is None:
            return None
        image = self.json["images"][self.json["textures"][texture["index"]]["source"]]
        return self.view(image["bufferView"])[0] if "bufferView" in image else None
