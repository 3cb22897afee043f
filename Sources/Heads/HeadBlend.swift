/// An identity and its weight, found and checked.
private struct Part {
  let identity: HeadIdentity
  let place: Int
  let weight: Float
}

extension HeadLibrary {
  /// Makes the person that a recipe describes.
  ///
  /// Shapes, pivots, skinning, movements and pictures are sums over the shares; the scalp, the
  /// clothes' picture and the wig come from one donor each.
  public func blend(_ recipe: HeadRecipe) throws -> Head {
    let parts = try recipe.shares.filter { $0.weight != 0 }.map { share in
      let place = try place(of: share.name)
      return Part(identity: identities[place], place: place, weight: share.weight)
    }
    let total = parts.reduce(0) { $0 + $1.weight }
    guard abs(total - 1) < 1e-3 else {
      throw HeadLibraryError(path: "recipe", reason: "'shares' must sum to 1, not \(total)")
    }
    let scalp = try identities[place(of: recipe.scalp)]
    let clothes = try identities[place(of: recipe.clothes)]
    let wig = try recipe.wig.map { try identities[place(of: $0)] }
    if let wig {
      guard wig.hasWig else {
        throw HeadLibraryError(path: "recipe", reason: "'\(wig.name)' has no wig to give")
      }
      guard wig.name == scalp.name else {
        throw HeadLibraryError(
          path: "recipe",
          reason: "'scalp' must be '\(wig.name)' as the wig is, not '\(scalp.name)'")
      }
    }
    let topology = wig?.topology ?? bare
    let count = wig?.positions.count ?? sharedVertices
    let positions = Block(count: count, repeating: Vector.zero)
    let skinning = Block(count: count, repeating: Vector(0, 1, 0, 0))
    mixShape(parts, scalp, positions.pointer, skinning.pointer)
    if let wig {
      fit(wig, positions.pointer)
      sink(scalp, positions.pointer)
    }
    return Head(
      recipe: recipe, topology: topology, positions: positions, skinning: skinning,
      joints: (0..<5).map { joint in
        parts.reduce(.zero) { $0 + $1.identity.joints[joint] * $1.weight }
      },
      layout: layout, deltas: mixMovements(parts), atlas: atlas,
      texels: mixTexels(parts, scalp, clothes, wig, recipe))
  }

  private func mixShape(
    _ parts: [Part], _ scalp: HeadIdentity, _ positions: UnsafeMutablePointer<Vector>,
    _ skinning: UnsafeMutablePointer<Vector>
  ) {
    skinning.update(repeating: .zero, count: sharedVertices)
    for part in parts {
      let (shape, weights) = (part.identity.positions.pointer, part.identity.skinning.pointer)
      for vertex in 0..<sharedVertices {
        positions[vertex] += shape[vertex] * part.weight
        skinning[vertex] += weights[vertex] * part.weight
      }
    }
    let donor = scalp.positions.pointer
    for vertex in 0..<sharedVertices {
      positions[vertex] += (donor[vertex] - positions[vertex]) * scalp.scalp[vertex]
    }
  }

  private func mixMovements(_ parts: [Part]) -> Block<Vector> {
    let result = Block(count: layout.indices.count, repeating: Vector.zero)
    for part in parts {
      let source = deltas[part.place].pointer
      for entry in 0..<result.count { result.pointer[entry] += source[entry] * part.weight }
    }
    return result
  }

  /// Writes the wig, moved and scaled as the upper face of its owner must be to become this one.
  private func fit(_ wig: HeadIdentity, _ positions: UnsafeMutablePointer<Vector>) {
    func box(_ points: UnsafeMutablePointer<Vector>) -> (low: Vector, high: Vector) {
      var low = Vector(repeating: .infinity)
      var high = -low
      for vertex in faceVertices where points[vertex].y > 0.03 {
        low = pointwiseMin(low, points[vertex])
        high = pointwiseMax(high, points[vertex])
      }
      return (low, high)
    }
    let (own, new) = (box(wig.positions.pointer), box(positions))
    var scale = (new.high - new.low) / pointwiseMax(own.high - own.low, Vector(repeating: 1e-6))
    scale.w = 0
    for vertex in sharedVertices..<wig.positions.count {
      positions[vertex] = new.low + (wig.positions.pointer[vertex] - own.low) * scale
    }
  }

  /// Draws the scalp 6 mm inward, so that it does not come through a wig made for another head.
  private func sink(_ scalp: HeadIdentity, _ positions: UnsafeMutablePointer<Vector>) {
    let middle = Vector(0, 0.03, -0.07, 0)
    for vertex in faceVertices where scalp.scalp[vertex] > 0 {
      let inward = middle - positions[vertex]
      let length = max(inward.dot(inward).squareRoot(), 1e-6)
      positions[vertex] += inward * (0.006 * scalp.scalp[vertex] / length)
    }
  }

  private func mixTexels(
    _ parts: [Part], _ scalp: HeadIdentity, _ clothes: HeadIdentity, _ wig: HeadIdentity?,
    _ recipe: HeadRecipe
  ) -> Block<Vector> {
    let result = Block(count: atlas.count, repeating: Vector.zero)
    let values = UnsafeMutableRawPointer(result.pointer).assumingMemoryBound(to: Float.self)
    for part in parts {
      let source = part.identity.texels.pointer
      let weight = part.weight / 255
      for value in 0..<atlas.mouth.end * 4 { values[value] += Float(source[value]) * weight }
    }
    dress(result.pointer, parts, scalp, clothes, recipe)
    copy(atlas.clothes, of: clothes, gain: recipe.clothesTint, to: result.pointer)
    if let wig { copy(atlas.hair, of: wig, gain: recipe.hairTint, to: result.pointer) }
    return result
  }

  /// Paints the donors' scalp and collar over the mixed skin, and tints all three.
  ///
  /// What is skin on a donor's pictures takes the color of the face that it is put on.
  private func dress(
    _ texels: UnsafeMutablePointer<Vector>, _ parts: [Part], _ scalp: HeadIdentity,
    _ clothes: HeadIdentity, _ recipe: HeadRecipe
  ) {
    let mean = parts.reduce(SIMD3<Float>.zero) { $0 + $1.identity.skinMean * $1.weight }
    let skin = Vector(recipe.skinTint)
    let top = Donor(scalp, face: mean, skin: skin, tint: recipe.hairTint, bare: scalp.bareScalp)
    let collar = Donor(clothes, face: mean, skin: skin, tint: recipe.clothesTint, bare: false)
    masks.scalp.withUnsafeBufferPointer { scalpMask in
      masks.collar.withUnsafeBufferPointer { collarMask in
        for texel in 0..<scalpMask.count {
          var color = texels[texel] * skin
          if scalpMask[texel] != 0 {
            color += (top.color(texel) - color) * (Float(scalpMask[texel]) / 255)
          }
          if collarMask[texel] != 0 {
            color += (collar.color(texel) - color) * (Float(collarMask[texel]) / 255)
          }
          texels[texel] = color
        }
      }
    }
  }

  private func copy(
    _ picture: Atlas.Picture, of identity: HeadIdentity, gain: SIMD3<Float>,
    to texels: UnsafeMutablePointer<Vector>
  ) {
    let gain = Vector(gain)
    for texel in picture.offset..<picture.end {
      texels[texel] = Donor.texel(identity.texels.pointer, texel) * gain
    }
  }
}

/// Someone whose painted hair or collar goes over another's skin.
private struct Donor {
  private let texels: UnsafeMutablePointer<UInt8>
  private let mean: Vector
  private let brightness: Float
  private let skin: Vector
  private let tint: Vector
  private let bare: Bool

  /// - Parameters:
  ///   - face: the mean skin of the face that is painted over, 0...255
  ///   - skin: gains of the skin
  ///   - tint: gains of what is not skin
  ///   - bare: whether all that is painted is skin
  init(
    _ identity: HeadIdentity, face: SIMD3<Float>, skin: Vector, tint: SIMD3<Float>, bare: Bool
  ) {
    texels = identity.texels.pointer
    mean = Vector(identity.skinMean / 255)
    brightness = max((mean.x + mean.y + mean.z) / 3, 0.01)
    self.skin = skin * Vector(face / (identity.skinMean + 1))
    self.tint = Vector(tint)
    self.bare = bare
  }

  @inline(__always)
  func color(_ place: Int) -> Vector {
    let texel = Self.texel(texels, place)
    if bare { return texel * skin }
    let away = texel - mean
    let distance = away.dot(away).squareRoot() / brightness
    let foreign = min(max((distance - 0.3) * 4, 0), 1)
    return texel * (skin + (tint - skin) * foreign)
  }

  @inline(__always)
  static func texel(_ texels: UnsafeMutablePointer<UInt8>, _ place: Int) -> Vector {
    let value = texels + 4 * place
    return Vector(Float(value[0]), Float(value[1]), Float(value[2]), 0) * (1 / 255)
  }
}
