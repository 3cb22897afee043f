import Foundation
import Heads
import Media
import PV3D
import Tensors

/// Groups of views of random synthetic heads, for training and for measuring.
public struct HeadViews: Sendable {
  /// Identities that are kept out of training, to measure on.
  public static let heldOut = ["Asian_M_2", "Black_M_1", "Hispanic_F_1", "White_M_3"]

  public let library: HeadLibrary
  /// The identities whose weights make up the appearance code, in order.
  public let names: [String]
  let seed: UInt64
  private let standard: AppearanceStandard

  /// Loads the heads below `folder`.
  public init(folder: String, textureSize: Int = 512, seed: UInt64) throws {
    library = try HeadLibrary(
      folder: URL(fileURLWithPath: folder), textureSize: textureSize,
      decodeImage: Self.decodedImage)
    names = library.names.filter { !Self.heldOut.contains($0) }
    self.seed = seed
    standard = try AppearanceStandard(library: library, names: names, heldOut: Self.heldOut)
  }

  /// The appearance code z of a look, `codeLength` numbers.
  public func appearance(_ look: Look) -> [Float] { standard.code(look, names: names) }

  /// Appearance codes of random looks that start an inversion, `[count, codeLength]`.
  public func bank(_ count: Int) throws -> Tensor {
    var sampler = try HeadSampler(library: library, seed: 96, heldOut: Self.heldOut)
    let codes = (0..<count).flatMap { _ in
      var look = sampler.look()
      look.backdrop = Self.backdrop
      return appearance(look)
    }
    return try Tensor(codes, [count, codeLength])
  }

  /// Reads a picture of the library through the media room.
  public static func decodedImage(_ url: URL) throws -> RGBImage {
    let frame = try ImageFile.read(url.path)
    return RGBImage(width: frame.width, height: frame.height, pixels: frame.pixels)
  }

  /// Length of the appearance code.
  public var codeLength: Int { Look.codeLength(names: names.count) }

  /// What stands behind all heads: black would leak into hair, so the middle gray.
  public static let backdrop = SIMD3<Float>(repeating: 0.5)

  /// Two groups for each of `looks` people: the same person with two expressions.
  /// - Parameters:
  ///   - index: of the batch; the same seed and index give the same groups
  ///   - supersampling: 1 for exact single rays, 2 for smooth images
  public func groups(
    _ index: Int, looks: Int, views: Int, side: Int, supersampling: Int, motionLength: Int
  ) throws -> [ViewGroup] {
    var sampler = try HeadSampler(
      library: library, seed: RandomSource(seed: seed).derived("\(index)").seed,
      heldOut: Self.heldOut)
    let rasterizer = Rasterizer(supersampling: supersampling)
    var groups: [ViewGroup] = []
    for _ in 0..<looks {
      var look = sampler.look()
      look.backdrop = Self.backdrop
      let head = try library.blend(look.recipe)
      // Both expressions are seen by the same cameras, so that what moves is known.
      let cameras = (0..<views).map { _ in sampler.camera() }
      var pair = (0..<2).map { _ in
        let expression = sampler.expression()
        return ViewGroup(
          appearance: appearance(look),
          motion: MotionUnit.code(expression.values, length: motionLength), side: side,
          views: cameras.map {
            Self.view(
              rasterizer.render(
                look.scene(head, expression: expression, camera: $0), size: side))
          })
      }
      for index in cameras.indices {
        let change = pair[0].views[index].change(from: pair[1].views[index])
        pair[0].views[index].moving = change
        pair[1].views[index].moving = change
      }
      groups += pair
    }
    return groups
  }

  /// A rendering as training sees it: colors in -1...1.
  public static func view(_ portrait: Portrait) -> ViewGroup.View {
    ViewGroup.View(
      label: portrait.label, colors: portrait.rgb.map { $0 * 2 - 1 }, depths: portrait.depth,
      mask: portrait.mask)
  }
}
