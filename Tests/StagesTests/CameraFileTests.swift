import Foundation
import PV3D
import Pipeline
import Stages
import TestSupport
import Testing

@Suite struct CameraFileTests {
  static let label = "1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 2.9, 0, 0, 0, 1"
  static let lens = "4.2647, 0, 0.5, 0, 4.2647, 0.5, 0, 0, 1"

  static func file(_ text: String, _ shop: Workshop) throws -> String {
    let path = shop.path("cameras.json")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test func anglesAndNumbersGiveCamerasAndTheLastOneStays() throws {
    let shop = try Workshop("cameras")
    let text = """
      [{"yawDegrees": 30, "pitchDegrees": -10, "rollDegrees": 5}, {}, [\(Self.label), \(Self.lens)]]
      """
    let file = try CameraFile(path: Self.file(text, shop), config: SmallGenerator.config)
    let degree = Float.pi / 180
    let wanted = Camera(yaw: 30 * degree, pitch: -10 * degree, roll: 5 * degree)
    for (ours, theirs) in zip(file[0].label, wanted.label) { #expect(abs(ours - theirs) < 1e-6) }
    #expect(file[1] == .canonical)
    #expect(file[2].label[11] == 2.9 && file[2].label[5] == -1)
    #expect(file.cameras.count == 3)
    #expect(file[99] == file[2])
  }

  @Test func anglesAreThoseOfTheModelsOwnCameras() throws {
    let shop = try Workshop("cameras")
    let file = try CameraFile(path: Self.file("[{}]", shop), config: GeneratorConfig())
    #expect(abs(file[0].position.z - 2.7) < 1e-6)
  }

  @Test(
    arguments: [
      ("[", "is not JSON: line 1, column 2: the text ends, wanted a value"),
      ("{}", "must be a list of at least one camera, not an object"),
      ("[]", "must be a list of at least one camera, not an empty list"),
      ("[{}, 3]", "/1 must be 25 numbers or an object of angles, not 3"),
      ("[[1, 2]]", "/0 must be 25 numbers, not 2"),
      (#"[{}, {"yawDegree": 3}]"#, "/1/yawDegree is no angle; did you mean 'yawDegrees'?"),
      (
        #"[{"distance": 3}]"#,
        "/0/distance is no angle; there are yawDegrees, pitchDegrees, rollDegrees"
      ),
      (
        #"[{"pitchDegrees": "up"}]"#, #"/0/pitchDegrees must be a number, not "up""#
      ),
      (#"[{"yawDegrees": 1, "yawDegrees": 2}]"#, "/0/yawDegrees stands here twice"),
      ("[[\(label.replacing("2.9", with: "null")), \(lens)]]", "/0/11 must be a number, not null"),
      (
        "[[\(label.replacing("-1, 0, 0, 0, 0,", with: "1, 0, 0, 0, 0,")), \(lens)]]",
        "/0 must hold a rotation in the first three columns of its camera-to-world matrix"
      ),
      (
        "[[\(label), \(lens.replacing("4.2647, 0, 0.5", with: "-4, 0, 0.5"))]]",
        "/0/16 must be a focal length above 0, not -4"
      ),
      ("[[\(label.dropLast(1))2, \(lens)]]", "/0/15 must be 1, not 2"),
    ])
  func whatIsWrongIsOneSentenceWithItsPlace(_ text: String, _ message: String) throws {
    let shop = try Workshop("cameras")
    let path = try Self.file(text, shop)
    let error = #expect(throws: CameraFileError.self) {
      try CameraFile(path: path, config: SmallGenerator.config)
    }
    #expect(error?.description == "\(path): \(message)")
  }

  @Test func aFileThatIsNotThereIsNamed() throws {
    let shop = try Workshop("cameras")
    let path = shop.path("none.json")
    let error = #expect(throws: CameraFileError.self) {
      try CameraFile(path: path, config: SmallGenerator.config)
    }
    #expect(error?.description == "\(path): cannot be read")
  }

  @Test func thePathFileNeedsAName() {
    var stage = MultiViewRender()
    stage.path = .file
    let error = #expect(throws: ParameterError.self) { try stage.validate() }
    #expect(error?.description == "'cameraFile' must name a file, for 'path' is file")
  }
}
