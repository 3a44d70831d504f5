namespace ModelGen.Tuning;

/// <summary>What is trained in place of the weights of linear layers; everything else stays as it is.</summary>
public abstract record AdapterOptions
{
    /// <summary>The rows of A and the columns of B, at least 1.</summary>
    public required int Rank { get; init; }

    /// <summary>The strength of the change, above 0, from which its factor s is made; null for <see cref="Rank"/>, with which s is 1 as a
    /// rule.</summary>
    public double? Alpha { get; init; }

    /// <summary>
    /// Whether s is alpha / √rank instead of alpha / rank, with which the change keeps its size whatever the rank: Kalajdzievski 2023, "A
    /// Rank Stabilization Scaling Factor for Fine-Tuning with LoRA".
    /// </summary>
    public bool RankStabilised { get; init; }

    /// <summary>The share of its inputs that A does not see in a step, from 0 to below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>
    /// The linear layers that are adapted, by patterns of their names in the model's state: a name, all below it, and <c>*</c> for any
    /// letters of one part; null for all.
    /// </summary>
    public IReadOnlyList<string>? On { get; init; }

    /// <summary>The weights that are trained themselves, by such patterns; null for none.</summary>
    public IReadOnlyList<string>? AlsoTrain { get; init; }

    /// <summary>How the weights of the adapted layers are kept, which are not trained.</summary>
    public BaseFormat Base { get; init; }

    /// <summary>s.</summary>
    internal double Scale => (Alpha ?? Rank) / (RankStabilised ? Math.Sqrt(Rank) : Rank);

    /// <summary>Whether the norms of the weights' rows are trained apart from their directions.</summary>
    internal abstract bool HasMagnitude { get; }
}

/// <summary>W + s B A in place of each weight W: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models".</summary>
public sealed record LoraOptions : AdapterOptions
{
    internal override bool HasMagnitude => false;
}

/// <summary>
/// m (W + s B A) / ‖W + s B A‖ by rows in place of each weight W: Liu et al. 2024, "DoRA: Weight-Decomposed Low-Rank Adaptation". The norm
/// is a constant where gradients are computed, as in section 4.3 there.
/// </summary>
public sealed record DoraOptions : AdapterOptions
{
    internal override bool HasMagnitude => true;
}
