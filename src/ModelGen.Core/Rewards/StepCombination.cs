namespace ModelGen.Rewards;

/// <summary>What an answer is worth, by how probably each of its steps is right.</summary>
public enum StepCombination
{
    /// <summary>The product of the probabilities: Lightman et al. 2023, "Let's verify step by step".</summary>
    Product,

    /// <summary>The lowest of the probabilities: Wang et al. 2023, "Math-Shepherd".</summary>
    Minimum,
}
