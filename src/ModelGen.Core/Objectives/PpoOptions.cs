namespace ModelGen.Objectives;

/// <summary>Proximal policy optimisation: see <c>PpoObjective</c>.</summary>
public sealed record PpoOptions : ClippedPolicyOptions
{
    /// <summary>The defaults: one answer to each prompt, and four epochs.</summary>
    public PpoOptions() => (Answers, Epochs) = (1, 4);

    /// <summary>γ: what a reward that comes a token later is multiplied by, above 0 and at most 1.</summary>
    public double Discount { get; init; } = 1;

    /// <summary>λ of the generalised advantage estimate, from 0 to 1.</summary>
    public double Lambda { get; init; } = 0.95;

    /// <summary>How far an update may move a value from the one that the answers were judged by, above 0.</summary>
    public double ValueClip { get; init; } = 0.2;

    /// <summary>The weight of the loss of values, above 0.</summary>
    public double ValueWeight { get; init; } = 0.1;

    /// <summary>
    /// The divergence in nats for each answer that <see cref="PolicyOptions.KlWeight"/> is adapted to, above 0 (Ziegler et al. 2019,
    /// section 2.2). Null leaves the weight as it is.
    /// </summary>
    public double? TargetKl { get; init; }

    internal override void Check()
    {
        base.Check();
        Require(Discount is > 0 and <= 1, nameof(Discount), "discount must be above 0 and at most 1", Discount);
        Require(Lambda is >= 0 and <= 1, nameof(Lambda), "λ of advantages must be from 0 to 1", Lambda);
        Require(IsPositive(ValueClip), nameof(ValueClip), "clip of values must be above 0", ValueClip);
        Require(IsPositive(ValueWeight), nameof(ValueWeight), "weight of values must be above 0", ValueWeight);
        Require(TargetKl is null || IsPositive(TargetKl.Value), nameof(TargetKl), "divergence to adapt to must be above 0", TargetKl ?? 0);
        Require(TargetKl is null || KlWeight > 0, nameof(KlWeight), "weight of the divergence must be above 0 to be adapted", KlWeight);
    }
}
