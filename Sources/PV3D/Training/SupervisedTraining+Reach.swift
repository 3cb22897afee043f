import Tensors

extension SupervisedTraining {
  /// Sets what lies out of reach to zero, in place.
  ///
  /// Adam steps as far where gradients are noise as where they are not: without this each motion unit comes to
  /// move a little of everything, so that hair and collars fray when lids shut.
  func clip(_ tensors: [String: Tensor]) throws {
    try withoutGradients {
      for (name, part) in reach {
        guard let tensor = tensors[name] else { continue }
        try tensor.blend(towards: tensor.detached() * part.to(tensor.device), keeping: 0)
      }
    }
  }
}
