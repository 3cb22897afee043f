import Faces
import Foundation
import Media
import TestSupport

extension RGBView {
  init(_ frame: RGBFrame) {
    self.init(width: frame.width, height: frame.height, pixels: frame.pixels)
  }

  /// A picture of the folder of development clips.
  init(clip: String) throws {
    self.init(try ImageFile.read(Shared.folder.appendingPathComponent("clips/\(clip)").path))
  }
}
