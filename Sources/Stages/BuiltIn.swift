public import Pipeline

extension StageRegistry {
  /// The stages that the program knows.
  public static let builtIn = StageRegistry([
    Decode.self, FaceCrop.self, CameraEstimate.self, LoadModel.self, Inversion.self,
    Sample.self, MotionEdit.self, MultiViewRender.self, PasteBack.self,
    Geometry.self, External.self,
    Encode.self, FindFootage.self, TrainingClips.self,
  ])
}
