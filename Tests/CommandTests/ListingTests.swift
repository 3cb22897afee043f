import Foundation
import TestSupport
import Testing

@Suite struct ListingTests {
  struct Listing: Decodable {
    struct Parameter: Decodable {
      let name: String
      let type: String
      let help: String
    }
    let name: String
    let summary: String
    let parameters: [Parameter]
  }

  @Test func stagesAreListedAsJSON() throws {
    let result = try Program.run("stages", "--json")
    #expect(result.status == 0)
    let listings = try JSONDecoder().decode([Listing].self, from: Data(result.output.utf8))
    let names = listings.map(\.name)
    for name in ["decode", "face-crop", "camera-estimate", "model", "encode"] {
      #expect(names.contains(name))
    }
  }

  @Test func oneStageIsListedAsJSON() throws {
    let result = try Program.run("stages", "decode", "--json")
    let listing = try JSONDecoder().decode(Listing.self, from: Data(result.output.utf8))
    #expect(listing.name == "decode")
    #expect(listing.parameters.map(\.name) == ["path", "start", "count"])
  }

  @Test func anUnknownStageIsToldWithTheNearest() throws {
    let result = try Program.run("stages", "decod")
    #expect(result.errorLines.first == "Error: there is no stage 'decod'; did you mean 'decode'?")
  }

  @Test func theReadmeShowsTheTableOfStages() throws {
    let readme = try String(
      contentsOf: Shared.root.appendingPathComponent("README.md"), encoding: .utf8)
    for line in try Program.run("stages").lines { #expect(readme.contains(line), "\(line)") }
  }

  @Test func theDoctorKnowsTheLibraries() throws {
    let result = try Program.run("doctor")
    #expect(result.status == 0)
    let names = ["FFmpeg:", "libtorch:", "processor:", "GPU:", "model:", "face networks:"]
    #expect(result.lines.count == names.count)
    for (line, name) in zip(result.lines, names) { #expect(line.hasPrefix(name)) }
    #expect(result.output.contains("libavformat"))
  }

  @Test func anUnknownCommandIsToldWithTheNearest() throws {
    for (word, meant) in [("rum", "run"), ("evalute", "evaluate"), ("a.json", "run a.json")] {
      let result = try Program.run(word)
      #expect(result.status == 64)
      #expect(result.errors == "'\(word)' is not a command; did you mean 'pvpipe \(meant)'?\n")
    }
    #expect(try Program.run("wombat").errorLines.first == "Error: Unexpected argument 'wombat'")
    #expect(try Program.run("help", "run").status == 0)
  }
}
