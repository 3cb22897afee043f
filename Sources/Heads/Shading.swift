extension Rasterizer {
  /// Colors every covered sample, averages the samples of each pixel, and lays out the portrait.
  func shade(_ scene: Scene, _ view: View, size: Int) -> Portrait {
    let shader = Shader(self, scene, view)
    let backdrop = Backdrop(scene.background, size: size)
    let count = size * size
    var coverage = [Float](repeating: 0, count: count)
    var depth = [Float](repeating: .infinity, count: count)
    let step = supersampling
    let width = size * step
    let part = 1 / Float(step * step)
    let (owner, nearest) = (triangle.pointer, inverseDepth.pointer)
    let rgb = [Float](unsafeUninitializedCapacity: count * 3) { colors, initialized in
      initialized = count * 3
      coverage.withUnsafeMutableBufferPointer { coverage in
        depth.withUnsafeMutableBufferPointer { depth in
          for row in 0..<size {
            for column in 0..<size {
              var color = Vector.zero
              var covered: Float = 0
              var (closest, front) = (Float.zero, Int32(-1))
              for y in row * step..<(row + 1) * step {
                for x in column * step..<(column + 1) * step {
                  let sample = y * width + x
                  guard owner[sample] >= 0 else { continue }
                  color += shader.color(owner[sample], Float(x) + 0.5, Float(y) + 0.5)
                  covered += part
                  if nearest[sample] > closest {
                    (closest, front) = (nearest[sample], owner[sample])
                  }
                }
              }
              let pixel = row * size + column
              color *= part
              if covered < 1 { color += backdrop.color(column, row) * (1 - covered) }
              (colors[3 * pixel], colors[3 * pixel + 1]) = (color.x, color.y)
              colors[3 * pixel + 2] = color.z
              coverage[pixel] = covered
              if covered >= 0.5 {
                depth[pixel] = shader.distance(
                  front, (Float(column) + 0.5) * Float(step), (Float(row) + 0.5) * Float(step))
              }
            }
          }
        }
      }
    }
    return Portrait(
      size: size, rgb: rgb, depth: depth, mask: coverage, label: scene.camera.label)
  }
}

/// Colors and depths of single samples.
private struct Shader {
  let triangles: UnsafeMutablePointer<SIMD4<Int32>>
  let uv: UnsafeMutablePointer<SIMD2<Float>>
  let texels: UnsafeMutablePointer<Vector>
  let positions: UnsafeMutablePointer<Vector>
  let normals: UnsafeMutablePointer<Vector>
  let screen: UnsafeMutablePointer<Vector>
  let atlas: Atlas
  let view: View
  let mean: Vector
  let swing: Vector
  let (key, keyColor): (Vector, Vector)
  let (fill, fillColor): (Vector, Vector)

  init(_ rasterizer: Rasterizer, _ scene: Scene, _ view: View) {
    triangles = scene.head.topology.triangles.pointer
    uv = scene.head.topology.uv.pointer
    texels = scene.head.texels.pointer
    positions = rasterizer.positions.pointer
    normals = rasterizer.normals.pointer
    screen = rasterizer.screen.pointer
    atlas = scene.head.atlas
    self.view = view
    let light = scene.lighting
    mean = Vector((light.sky + light.ground) / 2)
    swing = Vector((light.sky - light.ground) / 2)
    (key, keyColor) = (Vector(light.key.unit), Vector(light.key.color))
    (fill, fillColor) = (Vector(light.fill.unit), Vector(light.fill.color))
  }

  /// The distance along the ray at a place on the screen, in world units.
  ///
  /// The place may lie a little outside of the triangle, so 1/z stays between its corners'.
  func distance(_ place: Int32, _ x: Float, _ y: Float) -> Float {
    let corners = triangles[Int(place)]
    let a = screen[Int(corners.x)]
    let b = screen[Int(corners.y)]
    let c = screen[Int(corners.z)]
    let (wb, wc) = TrianglePlace.weights(a, b, c, x, y)
    let plane = a.z + wb * (b.z - a.z) + wc * (c.z - a.z)
    let inverse = min(max(plane, min(a.z, b.z, c.z)), max(a.z, b.z, c.z))
    let (rayX, rayY) = ((x - view.center) / view.focal, (y - view.center) / view.focal)
    return (1 + rayX * rayX + rayY * rayY).squareRoot() / inverse
  }

  @inline(__always)
  func color(_ triangle: Int32, _ x: Float, _ y: Float) -> Vector {
    let corners = triangles[Int(triangle)]
    let place = TrianglePlace(corners, screen, x, y)
    var normal = place.mixed(normals)
    if corners.w == 1 {
      let toward = view.eye - positions[place.i]
      if normal.dot(toward) < 0 { normal = -normal }
    }
    normal *= 1 / max(normal.dot(normal), 1e-12).squareRoot()
    let light =
      mean + swing * normal.y + keyColor * max(0, normal.dot(key))
      + fillColor * max(0, normal.dot(fill))
    let texel = sample(
      picture(corners.w), uv[place.i] * place.a + uv[place.j] * place.b + uv[place.k] * place.c)
    return pointwiseMin(texel * light, Vector(repeating: 1))
  }

  @inline(__always)
  private func picture(_ material: Int32) -> Atlas.Picture {
    switch material {
    case 0: atlas.skin
    case 1: atlas.hair
    case 2: atlas.eye
    case 5: atlas.clothes
    default: atlas.mouth
    }
  }

  /// The bilinear value of a picture, held at its border.
  @inline(__always)
  private func sample(_ picture: Atlas.Picture, _ uv: SIMD2<Float>) -> Vector {
    let x = min(max(uv.x * Float(picture.width) - 0.5, 0), Float(picture.width - 1))
    let y = min(max(uv.y * Float(picture.height) - 0.5, 0), Float(picture.height - 1))
    let column = min(Int(x), picture.width - 2)
    let row = min(Int(y), picture.height - 2)
    let (fx, fy) = (x - Float(column), y - Float(row))
    let corner = texels + (picture.offset + row * picture.width + column)
    let below = corner + picture.width
    let top = corner[0] + (corner[1] - corner[0]) * fx
    let bottom = below[0] + (below[1] - below[0]) * fx
    return top + (bottom - top) * fy
  }
}

/// The background by pixels.
private struct Backdrop {
  let background: Background
  let size: Int

  init(_ background: Background, size: Int) {
    self.background = background
    self.size = size
  }

  func color(_ column: Int, _ row: Int) -> Vector {
    switch background {
    case .color(let color): return Vector(color)
    case .gradient(let top, let bottom):
      return Vector(top + (bottom - top) * ((Float(row) + 0.5) / Float(size)))
    case .image(let image):
      let place =
        (row * image.height / size * image.width + column * image.width / size) * 3
      return Vector(
        Float(image.pixels[place]), Float(image.pixels[place + 1]), Float(image.pixels[place + 2]),
        0) * (1 / 255)
    }
  }
}
