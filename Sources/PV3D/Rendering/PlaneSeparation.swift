import Tensors

/// Makes the planes of a generator orthogonal whose third plane is the second transposed.
///
/// All that is stored as a picture of a plane is kept to the number: on the plane of x and z both parts are added.
/// What the backbone draws of each style on the third plane is lost, since it cannot draw transposed; training must
/// find it anew.
public enum PlaneSeparation {
  /// - Parameters:
  ///   - tensors: of a generator with planes of (x, y), (x, z), (z, x)
  ///   - features: of each plane
  /// - Returns: tensors of a generator with ``GeneratorConfig/orthogonalPlanes``
  public static func applied(
    to tensors: [String: Tensor], features: Int
  ) throws -> [String: Tensor] {
    try tensors.reduce(into: tensors) { result, entry in
      let (name, tensor) = entry
      let last = name.split(separator: ".").last ?? ""
      if ["plane_mean", "motion_offsets", "appearance_offsets"].contains(last) {
        let axis = tensor.shape.count - 3
        let third = try tensor.sliced(axis, 2 * features..<3 * features)
        let transposed = axis == 0 ? try third.permuted(0, 2, 1) : try third.permuted(0, 1, 3, 2)
        let second = try tensor.sliced(axis, features..<2 * features) + transposed
        result[name] = try .concatenated(
          [tensor.sliced(axis, 0..<features), second, second * 0], axis)
      } else if name.hasPrefix("backbone.") && name.hasSuffix("torgb.bias") {
        let second =
          try tensor.sliced(0, features..<2 * features)
          + tensor.sliced(0, 2 * features..<3 * features)
        result[name] = try .concatenated(
          [tensor.sliced(0, 0..<features), second, second * 0], 0)
      } else if name.hasPrefix("backbone.") && name.hasSuffix("torgb.weight") {
        result[name] = try .concatenated(
          [
            tensor.sliced(0, 0..<2 * features),
            tensor.sliced(0, 2 * features..<3 * features) * 0,
          ], 0)
      }
    }
  }
}
