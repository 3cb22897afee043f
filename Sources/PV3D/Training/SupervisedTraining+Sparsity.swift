import Tensors

extension SupervisedTraining {
  /// Sets what lies out of reach to zero, in place.
  func clip(_ tensors: [String: Tensor]) throws {
    try withoutGradients {
      for (name, part) in reach {
        guard let tensor = tensors[name] else { continue }
        try tensor.blend(towards: tensor.detached() * part.to(tensor.device), keeping: 0)
      }
    }
  }

  /// What each unit of motion moves: the tensors `[units, channels, side, side]`, and the groups of their channels,
  /// one a plane.
  private static let moved = [
    ("backbone.synthesis.motion_offsets", 3), ("backbone.synthesis.motion_flow", 1),
  ]

  /// Draws what moves nothing to zero, after Adam's step.
  ///
  /// The group lasso's proximal step for each cell of a plane and each unit of motion, in which Adam's step stands for
  /// the gradient's: a cell whose gradients have no common direction falls to zero, another one falls
  /// short by little. After `sparsePart` of the steps that little is learned again: cells at zero are held there, and
  /// the others are free.
  /// - Source: Yuan & Lin 2006 (group lasso); Parikh & Boyd 2014, section 6.5.4; Efron et al. 2004, section 4 (the refit)
  func sparsen() throws {
    let refits = Double(step) >= options.sparsePart * Double(options.steps)
    for (name, groups) in Self.moved where options.learns(name) {
      guard let leaf = generator.parameters[name] else { continue }
      try withoutGradients {
        let shape = leaf.shape
        let channels = shape[1] / groups
        let cells = try leaf.detached().reshaped(shape[0] * groups, channels, shape[2] * shape[3])
        let inverse = try (cells.squared().sum(1, keeping: true) + 1e-20).reciprocalSquareRoot()
        // How far a cell goes when each of its numbers goes by the learning rate.
        let stride = rate * options.multiplier(of: name) * Float(channels).squareRoot()
        // A cell that was held at zero went by one stride at most.
        let left = try 1 - inverse * (stride * (refits ? 1.5 : options.motionSparsity))
        let kept = try refits ? (left * 1e9).clamped(0, 1) : left.relu()
        try leaf.blend(towards: (cells * kept).reshaped(shape), keeping: 0)
      }
    }
  }
}
