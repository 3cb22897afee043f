import Foundation
import Pipeline
import Stages
import Testing

/// What holds for every stage that documents may name.
@Suite struct StageLaws {
  static let listings = StageRegistry.builtIn.listings

  @Test func namesAreDifferent() {
    let names = StageRegistry.builtIn.names
    #expect(Set(names).count == names.count)
    #expect(Self.listings.count == names.count)
  }

  @Test func artifactsOfOneKindAreOfOneType() {
    var types: [String: ObjectIdentifier] = [:]
    for port in StageRegistry.builtIn.stages.flatMap({ $0.inputs + $0.outputs }) {
      let type = ObjectIdentifier(port.artifact)
      #expect(types[port.kind, default: type] == type, "\(port.kind)")
      types[port.kind] = type
    }
  }

  @Test(arguments: listings.map(\.name))
  func nameIsWordsJoinedByHyphens(_ name: String) {
    #expect(name.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil)
  }

  @Test(arguments: listings)
  func summaryIsOneSentence(_ listing: StageListing) {
    #expect(listing.summary.hasSuffix("."))
    #expect(!listing.summary.dropLast().contains(". "))
    #expect(listing.summary.first?.isUppercase == true)
  }

  @Test(arguments: listings)
  func portNamesAreUnique(_ listing: StageListing) {
    for names in [listing.inputs.map(\.name), listing.outputs.map(\.name)] {
      #expect(Set(names).count == names.count)
    }
  }

  @Test(arguments: listings)
  func everyParameterHasHelpThatIsASentence(_ listing: StageListing) {
    for parameter in listing.parameters {
      #expect(parameter.help.hasSuffix("."), "\(parameter.name)")
      #expect(parameter.name.wholeMatch(of: /[a-z][a-zA-Z]*/) != nil, "\(parameter.name)")
    }
  }

  @Test(arguments: StageRegistry.builtIn.names)
  func defaultsEncodeAndDecodeToThemselvesAndAreValid(_ name: String) throws {
    let type = try #require(StageRegistry.builtIn.stages.first { $0.name == name })
    let stage = type.init()
    try stage.validate()
    let json = try JSON(encoding: stage)
    #expect(try JSON(encoding: try json.decoded(as: type)) == json)
    guard case .object(let fields) = json else {
      Issue.record("\(name) encodes to \(json.found)")
      return
    }
    let listing = try StageRegistry.builtIn.listing(of: name)
    #expect(Set(fields.keys) == Set(listing.parameters.map(\.name)))
  }
}
