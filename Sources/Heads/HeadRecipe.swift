/// How to make one person out of the identities of a library.
public struct HeadRecipe: Codable, Sendable, Equatable {
  /// An identity and how much of it goes into the blend.
  public struct Share: Codable, Sendable, Equatable {
    public var name: String
    public var weight: Float

    public init(_ name: String, _ weight: Float) {
      self.name = name
      self.weight = weight
    }
  }

  /// What is mixed; the weights sum to 1.
  public var shares: [Share]
  /// Who gives the shape and the painting of the scalp, short hair included.
  public var scalp: String
  /// Who gives the clothes and the collar painted on the neck.
  public var clothes: String
  /// Who gives a wig; then this is the scalp's donor too.
  public var wig: String?
  /// Gains of red, green, blue on the skin.
  public var skinTint: SIMD3<Float>
  /// Gains of red, green, blue on hair, be it painted or a wig.
  public var hairTint: SIMD3<Float>
  /// Gains of red, green, blue on the clothes.
  public var clothesTint: SIMD3<Float>

  public init(
    shares: [Share], scalp: String, clothes: String, wig: String? = nil,
    skinTint: SIMD3<Float> = .one, hairTint: SIMD3<Float> = .one, clothesTint: SIMD3<Float> = .one
  ) {
    self.shares = shares
    self.scalp = scalp
    self.clothes = clothes
    self.wig = wig
    self.skinTint = skinTint
    self.hairTint = hairTint
    self.clothesTint = clothesTint
  }

  /// A length-fixed description: shares, then one-hot scalp, wig, clothes over the names, then tints.
  ///
  /// With `n` names it holds `4 n + 9` numbers, each of the order of 1: tints enter as
  /// `5 (gain - 1)` for skin, hair, clothes.
  public func code(names: [String]) -> [Float] {
    var mixed = [Float](repeating: 0, count: names.count)
    for share in shares {
      if let place = names.firstIndex(of: share.name) { mixed[place] += share.weight }
    }
    func oneHot(_ name: String?) -> [Float] { names.map { $0 == name ? 1 : 0 } }
    let tints = [skinTint, hairTint, clothesTint].flatMap { tint -> [Float] in
      let centered = 5 * (tint - 1)
      return [centered.x, centered.y, centered.z]
    }
    return mixed + oneHot(scalp) + oneHot(wig) + oneHot(clothes) + tints
  }
}
