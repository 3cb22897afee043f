import Foundation

/// Draws random people, lights, expressions and cameras for training; one seed, one sequence.
public struct HeadSampler: Sendable {
  private var random: SplitMix64
  private let people: [String]
  private let wigOwners: [String]
  private let bareScalps: Set<String>
  private let fringed: Set<String>

  /// - Parameter heldOut: identities that are never used, not even as donors
  public init(library: HeadLibrary, seed: UInt64, heldOut: [String] = []) throws {
    let people = library.names.filter { !heldOut.contains($0) }
    guard !people.isEmpty else {
      throw HeadLibraryError(path: "sampler", reason: "all identities are held out")
    }
    random = SplitMix64(seed: seed)
    self.people = people
    wigOwners = library.wigOwners.filter { people.contains($0) }
    bareScalps = Set(library.bareScalps)
    fringed = Set(library.fringed)
  }

  /// A random person under a random light before a random plain color.
  public mutating func look() -> Look {
    let recipe = recipe()
    let lighting = lighting()
    let gray = random.uniform(0.15, 0.9)
    let backdrop = color(gray, spread: 0.12)
    return Look(
      recipe: recipe, lighting: lighting,
      backdrop: pointwiseMin(pointwiseMax(backdrop, .zero), .one))
  }

  /// One to three identities with weights of a flat Dirichlet distribution, donors, and tints.
  ///
  /// Three in ten wear a wig. Others take a painted scalp, of one of the identities where it can
  /// be; a bare scalp without a wig stays with its owner, and so does a painted fringe.
  public mutating func recipe() -> HeadRecipe {
    let draw = random.unit()
    let count = min(draw < 0.4 ? 1 : draw < 0.75 ? 2 : 3, people.count)
    var pool = people
    var chosen = (0..<count).map { _ in pool.remove(at: random.index(pool.count)) }
    if let alone = chosen.first(where: fringed.contains) { chosen = [alone] }
    let raw = chosen.map { _ in -log(1 - random.unit()) + 1e-6 }
    let total = raw.reduce(0, +)
    let shares = zip(chosen, raw).map { HeadRecipe.Share($0, Float($1 / total)) }
    let main = shares.max { $0.weight < $1.weight }?.name ?? chosen[0]
    let (scalp, wig) = hair(chosen, main)
    return HeadRecipe(
      shares: shares, scalp: scalp,
      clothes: random.chance(0.6) ? main : random.choice(people), wig: wig,
      skinTint: gain(all: 0.06, each: 0.012, within: 0.8...1.25),
      hairTint: gain(all: 0.2, each: 0.08, within: 0.6...1.6),
      clothesTint: gain(all: 0.2, each: 0.15, within: 0.5...1.6))
  }

  private mutating func hair(_ chosen: [String], _ main: String) -> (String, String?) {
    if fringed.contains(main) { return (main, nil) }
    let own = wigOwners.contains(main) && random.chance(0.6)
    if own { return (main, main) }
    if !wigOwners.isEmpty, random.chance(0.25) {
      let owner = random.choice(wigOwners)
      return (owner, owner)
    }
    let painted = people.filter { !bareScalps.contains($0) && !fringed.contains($0) }
    if chosen.count == 1, !wigOwners.contains(main) || painted.isEmpty { return (main, nil) }
    let near = chosen.filter { !bareScalps.contains($0) }
    if !near.isEmpty, random.chance(0.75) { return (random.choice(near), nil) }
    return (painted.isEmpty ? main : random.choice(painted), nil)
  }

  /// A sky, a ground and two lights whose sum on a frontal surface is 0.85 to 1.1.
  public mutating func lighting() -> Lighting {
    let sky = color(random.uniform(0.45, 0.75), spread: 0.02)
    let ground = sky * Float(random.uniform(0.5, 0.95))
    let azimuth = min(max(random.normal() * 0.7, -1.5), 1.5)
    let key = DirectionalLight(
      direction: direction(azimuth, random.uniform(-0.1, 0.9)),
      color: color(random.uniform(0.15, 0.65), spread: 0.02))
    let fill = DirectionalLight(
      direction: direction(-azimuth + random.normal() * 0.4, random.uniform(-0.3, 0.5)),
      color: color(random.uniform(0.0, 0.25), spread: 0.015))
    let frontal =
      (sky + ground) / 2 + key.color * max(0, key.unit.z) + fill.color * max(0, fill.unit.z)
    let scale = Float(random.uniform(0.85, 1.1)) * 3 / frontal.sum()
    return Lighting(
      sky: sky * scale, ground: ground * scale,
      key: DirectionalLight(direction: key.direction, color: key.color * scale),
      fill: DirectionalLight(direction: fill.direction, color: fill.color * scale))
  }

  public mutating func expression() -> FacialExpression { .random(using: &random) }

  /// Yaw of 17 and pitch of 7 degrees standard deviation, within 40 and 20; the head stays still.
  public mutating func camera() -> PortraitCamera {
    let degree = Double.pi / 180
    return PortraitCamera(
      yaw: min(max(random.normal() * 17, -40), 40) * degree,
      pitch: min(max(random.normal() * 7, -20), 20) * degree,
      offset: SIMD3(random.normal(), random.normal(), random.normal()) * 0.008)
  }

  private mutating func color(_ mean: Double, spread: Double) -> SIMD3<Float> {
    let offsets = SIMD3(random.normal(), random.normal(), random.normal()) * spread
    return pointwiseMax(SIMD3<Float>(offsets + mean), .zero)
  }

  private mutating func direction(_ azimuth: Double, _ elevation: Double) -> SIMD3<Float> {
    SIMD3<Float>(
      SIMD3(sin(azimuth) * cos(elevation), sin(elevation), cos(azimuth) * cos(elevation)))
  }

  private mutating func gain(
    all: Double, each: Double, within range: ClosedRange<Double>
  ) -> SIMD3<Float> {
    let common = random.normal() * all
    let channels = (0..<3).map { _ in
      Float(min(max(exp(common + random.normal() * each), range.lowerBound), range.upperBound))
    }
    return SIMD3(channels[0], channels[1], channels[2])
  }
}
