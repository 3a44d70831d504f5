namespace ModelGen.Training.Optimizers;

/// <summary>The factor by which <see cref="Muon"/> multiplies the learning rate of an m × n matrix, named as in PyTorch.</summary>
public enum MuonAdjustment
{
    /// <summary>√max(1, m / n) (Jordan et al. 2024); learning rates are then about 0.02.</summary>
    Original,

    /// <summary>
    /// 0.2 √max(m, n), so that the elements of an update are as large as AdamW's (Liu et al. 2025, "Muon is scalable for LLM training",
    /// equation 4) and AdamW's learning rates apply.
    /// </summary>
    MatchRmsAdamw,
}
