import PV3D
import TestSupport
import Tensors
import Testing

@Suite struct WeightNamesTests {
  @Test(.enabled(if: Fixture.has("state_dict_512.json")))
  func defaultGeneratorHasTheOfficialNamesAndShapes() throws {
    let keys = try Fixture.json("state_dict_512.json").members["keys"]?.values ?? []
    var wanted: [String: [Int]] = [:]
    var trained: Set<String> = []
    for key in keys.map(\.values) {
      guard key.count == 3, let name = key[0].string, name.hasPrefix("generator.") else { continue }
      wanted[name] = key[1].ints
      if key[2].string == "param" { trained.insert(name) }
    }
    let weights = Weights(random: RandomSource(seed: 0))
    _ = try Generator(weights, GeneratorConfig(), prefix: "generator")
    let ours = weights.tensors.mapValues(\.shape)
    #expect(Set(ours.keys).symmetricDifference(wanted.keys).sorted() == [])
    for (name, shape) in wanted { #expect(ours[name] == shape, "\(name)") }
    #expect(Set(weights.parameters.keys) == trained)
    #expect(weights.parameters.values.reduce(0) { $0 + $1.count } == 44_320_383)
  }

  @Test(
    .enabled(if: Fixture.has("state_dict_512.json")),
    arguments: [("img_discriminator.", 31_359_744), ("vid_discriminator.", 31_372_608)])
  func defaultDiscriminatorsHaveTheOfficialNamesAndShapes(
    _ prefix: String, _ count: Int
  ) throws {
    let keys = try Fixture.json("state_dict_512.json").members["keys"]?.values ?? []
    var wanted: [String: [Int]] = [:]
    var trained: Set<String> = []
    for key in keys.map(\.values) {
      guard key.count == 3, let name = key[0].string, name.hasPrefix(prefix) else { continue }
      wanted[name] = key[1].ints
      if key[2].string == "param" { trained.insert(name) }
    }
    let weights = Weights(random: RandomSource(seed: 0))
    if prefix.hasPrefix("img") {
      _ = try ImageDiscriminator(weights, DiscriminatorConfig())
    } else {
      _ = try VideoDiscriminator(weights, DiscriminatorConfig())
    }
    #expect(weights.tensors.mapValues(\.shape) == wanted)
    #expect(Set(weights.parameters.keys) == trained)
    #expect(weights.parameters.values.reduce(0) { $0 + $1.count } == count)
  }
}
