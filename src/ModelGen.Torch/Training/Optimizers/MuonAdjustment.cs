namespace ModelGen.Training.Optimizers;

/// <summary>What <see cref="Muon"/> multiplies the learning rate of a matrix of m rows and n columns by, in PyTorch's names.</summary>
public enum MuonAdjustment
{
    /// <summary>√max(1, m / n) (Jordan et al. 2024); such learning rates are about 0.02.</summary>
    Original,

    /// <summary>
    /// 0.2 √max(m, n), so that the elements of an update are as large as AdamW's (Liu et al. 2025, "Muon is scalable for LLM training",
    /// equation 4) and AdamW's learning rates fit.
    /// </summary>
    MatchRmsAdamw,
}
